/**
 * Takes the turn to do what one worker does for all. The arguments: what, and for how long. A turn is
 * "done", or "open", or its holder and the time until which he has it.
 */
export const TURN = `
local name, ms = nextArgument(), tonumber(nextArgument())
local turn = redis.call('HGET', PREFIX .. 'turns', name)
if turn == 'done' then return { 'done', '0' } end
local holder, untilTime = string.match(turn or 'open', '^(%S+) (%S+)$')
if holder and holder ~= CALLER and tonumber(untilTime) > now then
  return { 'taken', number(tonumber(untilTime) - now) }
end
redis.call('HSET', PREFIX .. 'turns', name, CALLER .. ' ' .. number(now + ms))
return { 'mine', number(ms) }
`;

/** Ends one's own turn. The arguments: what, and whether it is "done" or "open" for the next. */
export const END_TURN = `
local name, state = nextArgument(), nextArgument()
local turn = redis.call('HGET', PREFIX .. 'turns', name)
local holder = string.match(turn or '', '^(%S+) ')
if holder ~= CALLER then return 'stale' end
redis.call('HSET', PREFIX .. 'turns', name, state)
wake()
return 'ok'
`;

/** Counts a fetch that is to begin. The arguments: host, the most in all, the most of one host. */
export const BEGIN = `
local earlier = earlierAnswer()
if earlier then return earlier end
local host, most, mostOfHost = nextArgument(), tonumber(nextArgument()), tonumber(nextArgument())
if tonumber(redis.call('HGET', META, 'fetches') or '0') >= most then return answer('limit') end
if mostOfHost < 1e15 then
  local ofHost = tonumber(redis.call('HGET', PREFIX .. 'fetches', host) or '0')
  if ofHost >= mostOfHost then return answer('hostLimit') end
  redis.call('HINCRBY', PREFIX .. 'fetches', host, 1)
end
redis.call('HINCRBY', META, 'fetches', 1)
return answer('ok')
`;

/** What was spent: fetches, items, bytes, and for how long the crawl has been there. */
export const SPENDING = `
local spent = redis.call('HMGET', META, 'fetches', 'items', 'begun')
local bytes = redis.call('HGET', PREFIX .. 'counters', 'bytes')
return { spent[1] or '0', spent[2] or '0', bytes or '0', number(now - tonumber(spent[3])) }
`;

/** Sets or removes a mark of the crawl that concerns all its workers: its name, and whether to set it. */
export const MARK = `
local name, isSet = nextArgument(), nextArgument() == '1'
if isSet then redis.call('HSET', META, name, number(now)) else redis.call('HDEL', META, name) end
wake()
return 'ok'
`;

/** Who is at work, when each was last seen, and what the crawl is. */
export const STATUS = `
redis.call('ZREMRANGEBYSCORE', PREFIX .. 'workers', '-inf', number(now - 86400000))
return {
  redis.call('HMGET', META, 'owner', 'begun', 'paused', 'limit', 'fetches', 'expired'),
  redis.call('ZRANGE', PREFIX .. 'workers', 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', PREFIX .. 'turns'),
  number(redis.call('HLEN', HOSTS)),
  number(now),
}
`;
