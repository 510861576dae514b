/**
 * Opens a crawl, or joins one. The arguments: a new generation, who crawls, and the format of the keys; no
 * generation for one who only looks. Answers the generation, who crawls and the format that hold.
 */
export const OPEN = `
local META = KEYS[1] .. 'meta'
if ARGV[1] ~= '' and redis.call('EXISTS', META) == 0 then
  redis.call('HSET', META, 'generation', ARGV[1], 'owner', ARGV[2], 'format', ARGV[3],
    'begun', string.format('%.17g', readClock()))
end
return redis.call('HMGET', META, 'generation', 'owner', 'format')
`;

/** One command that may as well be sent twice: its name, its key without the prefix, and the rest. */
export const COMMAND = `
return redis.call(ARGV[5], PREFIX .. ARGV[6], unpack(ARGV, 7))
`;
