/**
 * Hands requests out. The arguments: how many, the most of one host, for how long, the worker's name if
 * it is to be seen that he is there, a word that makes the tokens of this handing-out unique, and a number from 0 to 1 for delays that vary.
 *
 * Answers the requests; what is pending, when there is something
 * to take at the earliest, and the time; and when the leases end, where there are any.
 */
export const LEASE = `
-- How many hosts are looked at first, besides those that may follow.
local FIRST_HOSTS = 16
-- How long a string of requests may become before the next one begins.
local MOST_BYTES = 262144
local max, perKey, leaseMs = tonumber(nextArgument()), nextArgument(), tonumber(nextArgument())
local worker, word, random = nextArgument(), nextArgument(), tonumber(nextArgument())

local function tokenOf(id)
  return word .. ':' .. id
end

-- The numbers in one string, and the requests in few, which costs both sides less than one for each: a
-- request comes after its length in four bytes.
local function requestsOf(ids)
  local strings, parts, size = {}, {}, 0
  local function endString()
    strings[#strings + 1] = table.concat(parts)
    parts, size = {}, 0
  end
  for first = 1, #ids, MOST_AT_ONCE do
    local last = math.min(first + MOST_AT_ONCE - 1, #ids)
    for _, packed in ipairs(redis.call('HMGET', REQUESTS, unpack(ids, first, last))) do
      parts[#parts + 1] = struct.pack('>I4', #packed)
      parts[#parts + 1] = packed
      size = size + #packed
      if size > MOST_BYTES then endString() end
    end
  end
  endString()
  return table.concat(ids), strings
end

local earlier = earlierAnswer()
if earlier then
  local held, expiresAt = {}, '0'
  for _, id in ipairs(earlier) do
    local score = redis.call('ZSCORE', LEASES, tokenOf(id))
    if score then held[#held + 1], expiresAt = id, score end
  end
  local numbers, requests = requestsOf(held)
  return { numbers, requests, '1', '0', number(now), expiresAt }
end

-- A limit that changed concerns those that were full by the old one.
if perKey ~= facts[2] then
  redis.call('HSET', META, 'maxPerKey', perKey)
  maxPerKey = tonumber(perKey)
  for _, key in ipairs(redis.call('SMEMBERS', FULL)) do place(hostOf(key)) end
end

-- Takes back what was lent for too long.
local expired = redis.call('ZRANGEBYSCORE', LEASES, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)
for _, token in ipairs(expired) do
  local packed, id = release(token), idOf(token)
  local priority, attempts, key, payloadAt = unpackRequest(packed)
  stored[#stored + 1] = id
  stored[#stored + 1] = packRequest(priority, attempts + 1, key, string.sub(packed, payloadAt))
  enqueue(id, key, priority, 0)
end
if #expired > 0 then redis.call('HINCRBY', META, 'expired', #expired) end

-- Lets those whose time has come take their places.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', LATER, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)) do
  redis.call('ZREM', LATER, id)
  local priority, _, key = unpackRequest(redis.call('HGET', REQUESTS, id))
  enqueue(id, key, priority, 0)
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', WAITING, '-inf', number(now), 'LIMIT', 0, MOST_AT_ONCE)) do
  touch(key)
end
placeTouched()
saveHosts()

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

-- Takes what is next in a host's queue, of which the more is read at a time the more is taken.
local function takeHead(host)
  if host.ahead then host.at = host.at + 2 end
  host.taken, host.part = host.taken + 1, host.part * 2
end

-- Whether of two hosts the one comes before the other.
local function comesBefore(one, other)
  if one.rank ~= other.rank then return one.rank < other.rank end
  if one.served ~= other.served then return one.served < other.served end
  return one.head < other.head
end

-- The hosts that stand in READY, read in growing parts; nothing is moved there until all are taken.
local line, lineAt, isReadToEnd = {}, 1, false
local function firstInLine()
  if lineAt > #line and not isReadToEnd then
    local size = math.min(max, #line + FIRST_HOSTS)
    local members = redis.call('ZRANGE', READY, #line, #line + size - 1)
    isReadToEnd = #members < size
    local keys = {}
    for index, member in ipairs(members) do keys[index] = string.sub(member, 25) end
    loadHosts(keys)
    for _, key in ipairs(keys) do line[#line + 1] = loaded[key] end
  end
  return line[lineAt]
end

-- The hosts of which something was taken and that may be asked again, in their order.
local back, backAt = {}, 1
local function comeBack(host)
  local at = #back + 1
  while at > backAt and comesBefore(host, back[at - 1]) do at = at - 1 end
  table.insert(back, at, host)
end

local function nextHost()
  local new, old = firstInLine(), back[backAt]
  if new and not (old and comesBefore(old, new)) then
    lineAt = lineAt + 1
    return new
  end
  if old then backAt = backAt + 1 end
  return old
end

local served = tonumber(facts[3] or '0')
local isPaused, isOver = facts[6], facts[7]
local ids, leases = {}, {}
local expiresAt = number(now + leaseMs)
while #ids < max and not isPaused and not isOver do
  local host = nextHost()
  if not host then break end
  local id = host.head
  takeHead(host)
  served = served + 1
  host.leased, host.served, host.start = host.leased + 1, served, now + delayOf(host.key)
  place(host)
  if host.place == 'r' then comeBack(host) end
  ids[#ids + 1] = id
  leases[#leases + 1] = expiresAt
  leases[#leases + 1] = tokenOf(id)
end
saveHosts()
inParts('ZADD', LEASES, leases)

if worker ~= '' then redis.call('ZADD', PREFIX .. 'workers', number(now), worker) end
if #ids > 0 then
  redis.call('HSET', META, 'served', number(served))
  answer(ids)
  finish()
  local numbers, requests = requestsOf(ids)
  return { numbers, requests, '1', '0', number(now), expiresAt }
end

finish()
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
-- finish() may have woken the sleepers meanwhile.
local sleepers = tonumber(redis.call('HGET', META, 'sleepers') or '-1')
redis.call('HSET', META, 'sleepers', number(math.max(sleepers, nextAt)))
return { '', {}, number(pending), number(nextAt), number(now) }
`;

/** Lends leases for longer. The arguments: for how long, then the token of each. */
export const EXTEND = `
local earlier = earlierAnswer()
if earlier then return earlier end
local expiresAt = number(now + tonumber(nextArgument()))
local extended = {}
for index = 1, tonumber(nextArgument()) do
  local token = nextArgument()
  local isHeld = redis.call('ZSCORE', LEASES, token)
  if isHeld then redis.call('ZADD', LEASES, expiresAt, token) end
  extended[index] = isHeld and '1' or '0'
end
return answer(table.concat(extended))
`;
