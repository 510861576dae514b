/**
 * Opens a crawl, or joins one. The arguments: a new generation, who crawls, and the format of the keys; no
 * generation for one who only looks. Answers the generation, who crawls and the format that hold.
 *
 * The server keeps up to 128 members of a sorted set in a list, which it goes through for each of them: a
 * quarter of its time where 100 requests are out. One member of more than 64 bytes (`zset-max-listpack-value`)
 * keeps the leases from being such a list; it never ends, and is no lease.
 */
export const OPEN = `
local META = KEYS[1] .. 'meta'
local generation, owner, format = unpack(cmsgpack.unpack(ARGV[1]))
if generation ~= '' and redis.call('EXISTS', META) == 0 then
  redis.call('HSET', META, 'generation', generation, 'owner', owner, 'format', format,
    'begun', string.format('%.17g', readClock()))
  redis.call('ZADD', KEYS[1] .. 'leases', 'inf', string.rep('-', 65))
end
return redis.call('HMGET', META, 'generation', 'owner', 'format')
`;

/** One command that may as well be sent twice: its name, its key without the prefix, and the rest. */
export const COMMAND = `
local command, key = nextArgument(), nextArgument()
return redis.call(command, PREFIX .. key, unpack(ARGUMENTS, position + 1))
`;
