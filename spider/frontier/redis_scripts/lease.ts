/**
 * Hands requests out. The arguments: how many, the most of one host, for how long, the worker's name, a
 * word that makes the tokens of this handing-out unique, and a number from 0 to 1 for delays that vary.
 *
 * Answers the requests, five values each; or, where there are none, what is pending, and how long to
 * wait for it.
 */
export const LEASE = `
local max, perKey, leaseMs = tonumber(nextArgument()), nextArgument(), tonumber(nextArgument())
local worker, nonce, random = nextArgument(), nextArgument(), tonumber(nextArgument())

local function leaseOf(id)
  local priority, key, payload = unpackRequest(redis.call('HGET', REQUESTS, id))
  local expiresAt = redis.call('ZSCORE', LEASES, id)
  local attempt = redis.call('HGET', ATTEMPTS, id)
  return id, key, number(priority), attempt, expiresAt, payload
end

local function append(list, ...)
  for _, value in ipairs({...}) do list[#list + 1] = value end
end

local earlier = earlierAnswer()
if earlier then
  local leases = {}
  for _, id in ipairs(earlier) do
    if redis.call('HGET', HELD, id) == nonce then append(leases, leaseOf(id)) end
  end
  return { leases, '1', '0', '0' }
end

-- A limit that changed concerns those that were full by the old one.
if perKey ~= facts[2] then
  redis.call('HSET', META, 'maxPerKey', perKey)
  maxPerKey = tonumber(perKey)
  for _, key in ipairs(redis.call('SMEMBERS', FULL)) do replace(hostOf(key)) end
end

-- Takes back what was lent for too long.
local expired = redis.call('ZRANGEBYSCORE', LEASES, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)
for _, id in ipairs(expired) do
  local request = release(id, redis.call('HGET', HELD, id))
  enqueue(id, request.key, request.priority, 0)
end
if #expired > 0 then redis.call('HINCRBY', META, 'expired', #expired) end

-- Lets those whose time has come take their places.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', LATER, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)) do
  redis.call('ZREM', LATER, id)
  local priority, key = unpackRequest(redis.call('HGET', REQUESTS, id))
  enqueue(id, key, priority, 0)
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', WAITING, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)) do
  touched[key] = true
end
placeTouched()

math.randomseed(math.floor(random * 2147483647))
local hasDelays = redis.call('EXISTS', PREFIX .. 'delays') == 1
local function delayOf(key)
  if not hasDelays then return 0 end
  local delays = redis.call('HMGET', PREFIX .. 'delays', key, '*')
  local ms, spread = string.match(delays[1] or delays[2] or '0 0', '^(%S+) (%S+)$')
  ms, spread = tonumber(ms), tonumber(spread)
  if spread == 0 then return ms end
  return ms * (1 - spread + 2 * spread * math.random())
end

local served = tonumber(facts[3] or '0')
local leases, ids = {}, {}
local marks = redis.call('HMGET', META, 'paused', 'limit')
local isPaused, isOver = marks[1], marks[2]
while #ids < max and not isPaused and not isOver do
  local member = redis.call('ZRANGE', READY, 0, 0)[1]
  if not member then break end
  local host = hostOf(string.sub(member, 25))
  leavePlace(host)
  local id = redis.call('ZPOPMIN', PREFIX .. 'q:' .. host.key)[1]
  redis.call('HINCRBY', ATTEMPTS, id, 1)
  redis.call('ZADD', LEASES, number(now + leaseMs), id)
  redis.call('HSET', HELD, id, nonce)
  served = served + 1
  host.leased, host.served, host.start = host.leased + 1, served, now + delayOf(host.key)
  enterPlace(host)
  ids[#ids + 1] = id
  append(leases, leaseOf(id))
end

redis.call('ZADD', PREFIX .. 'workers', number(now), worker)
if #ids > 0 then
  redis.call('HSET', META, 'served', number(served))
  answer(ids)
  finish()
  return { leases, '0', '0', '0' }
end

finish()
forgetAnswers()
local pending = redis.call('HLEN', REQUESTS)
-- Whoever pushes the start requests may push more.
local starts = redis.call('HGET', PREFIX .. 'turns', 'starts')
if starts and starts ~= 'done' then pending = pending + 1 end
if isOver then pending = 0 end
local nextAt = 1e308
for _, key in ipairs({ WAITING, LATER, LEASES }) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if first[2] then nextAt = math.min(nextAt, tonumber(first[2])) end
end
if isPaused then nextAt = 1e308 end
local sleepers = tonumber(redis.call('GET', SLEEPERS) or '-1')
redis.call('SET', SLEEPERS, number(math.max(sleepers, nextAt)))
return { {}, number(pending), number(nextAt), number(now) }
`;

/** Lends leases for longer. The arguments: for how long, then id and word of each. */
export const EXTEND = `
local earlier = earlierAnswer()
if earlier then return earlier end
local expiresAt = number(now + tonumber(nextArgument()))
local extended = {}
for index = 1, tonumber(nextArgument()) do
  local id, nonce = nextArgument(), nextArgument()
  local isHeld = redis.call('HGET', HELD, id) == nonce
  if isHeld then redis.call('ZADD', LEASES, expiresAt, id) end
  extended[index] = isHeld and '1' or '0'
end
return answer(table.concat(extended))
`;
