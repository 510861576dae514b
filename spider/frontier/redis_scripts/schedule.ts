/**
 * Decides which host is asked next, as MemorySchedule does: a host stands among those that may be asked
 * now (`ready`, by the priority of what is next, then by who was served last, then first come), or among
 * those that have to wait (`waiting`, by time), or apart, with as many requests out as it may have
 * (`full`), or nowhere.
 *
 * - `hosts`: host to place, next start, requests out, number of its last handing-out, what is next.
 * - `q:<host>`: its queue, request numbers by negative priority; equals go by their numbers.
 * - `requests`: number to priority, host and payload. `later`: numbers of those that must wait, by time.
 */
export const SCHEDULE = `
local READY, WAITING, FULL = PREFIX .. 'ready', PREFIX .. 'waiting', PREFIX .. 'full'
local HOSTS, REQUESTS, LATER = PREFIX .. 'hosts', PREFIX .. 'requests', PREFIX .. 'later'
local LEASES, HELD, ATTEMPTS = PREFIX .. 'leases', PREFIX .. 'held', PREFIX .. 'attempts'
local SLEEPERS, WAKE = PREFIX .. 'sleepers', PREFIX .. 'wake'
local HOST_FORMAT = '>c1dddc12'
local NOBODY = '000000000000'
local MOST_AT_ONCE = 1000

local maxPerKey = tonumber(facts[2] or '1e308')
local order = tonumber(facts[4] or '0')
local firstOrder = order
-- When there is something new to take, at the earliest.
local soonest = 1e308
local loaded = {}

local function number(value)
  return string.format('%.17g', value)
end

local function hostOf(key)
  local host = loaded[key]
  if host then return host end
  host = { key = key, place = '-', start = 0, leased = 0, served = 0, head = NOBODY }
  local packed = redis.call('HGET', HOSTS, key)
  if packed then
    host.place, host.start, host.leased, host.served, host.head = struct.unpack(HOST_FORMAT, packed)
  end
  loaded[key] = host
  return host
end

local function memberOf(host)
  return string.format('%012d', host.served) .. host.head .. host.key
end

local function leavePlace(host)
  if host.place == 'r' then redis.call('ZREM', READY, memberOf(host)) end
  if host.place == 'w' then redis.call('ZREM', WAITING, host.key) end
  if host.place == 'f' then redis.call('SREM', FULL, host.key) end
end

local function saveHost(host)
  if host.place == '-' and host.leased <= 0 then
    redis.call('HDEL', HOSTS, host.key)
  else
    redis.call('HSET', HOSTS, host.key,
      struct.pack(HOST_FORMAT, host.place, host.start, host.leased, host.served, host.head))
  end
end

-- Puts a host where it belongs after something about it changed; what changes where it stood is done
-- between leavePlace() and this.
local function enterPlace(host)
  host.place, host.head = '-', NOBODY
  if host.leased >= maxPerKey then
    host.place = 'f'
    redis.call('SADD', FULL, host.key)
  elseif host.start > now then
    host.place = 'w'
    redis.call('ZADD', WAITING, number(host.start), host.key)
    soonest = math.min(soonest, host.start)
  else
    local first = redis.call('ZRANGE', PREFIX .. 'q:' .. host.key, 0, 0, 'WITHSCORES')
    if first[1] then
      host.place, host.head = 'r', first[1]
      redis.call('ZADD', READY, first[2], memberOf(host))
      soonest = 0
    end
  end
  saveHost(host)
end

local function replace(host)
  leavePlace(host)
  enterPlace(host)
end

local function nextId()
  order = order + 1
  return string.format('%012d', order)
end

local function packRequest(priority, key, payload)
  return struct.pack('>dI4', priority, #key) .. key .. payload
end

local function unpackRequest(packed)
  local priority, length = struct.unpack('>dI4', packed)
  return priority, string.sub(packed, 13, 12 + length), string.sub(packed, 13 + length)
end

-- Queues a request that is stored already; the host is put into its place later, by placeTouched().
local touched = {}
local function enqueue(id, key, priority, notBefore)
  if notBefore > now then
    redis.call('ZADD', LATER, number(notBefore), id)
    soonest = math.min(soonest, notBefore)
  else
    redis.call('ZADD', PREFIX .. 'q:' .. key, number(-priority), id)
    touched[key] = true
  end
end

local function placeTouched()
  for key in pairs(touched) do replace(hostOf(key)) end
  touched = {}
end

local function store(priority, key, payload, notBefore)
  local id = nextId()
  redis.call('HSET', REQUESTS, id, packRequest(priority, key, payload))
  enqueue(id, key, priority, notBefore)
  return id
end

-- Ends a lease, if it is still that one: the request itself stays.
local function release(id, nonce)
  if redis.call('HGET', HELD, id) ~= nonce then return nil end
  local packed = redis.call('HGET', REQUESTS, id)
  redis.call('HDEL', HELD, id)
  redis.call('ZREM', LEASES, id)
  local priority, key, payload = unpackRequest(packed)
  local host = hostOf(key)
  host.leased = host.leased - 1
  touched[key] = true
  return { priority = priority, key = key, payload = payload }
end

local function forget(id)
  redis.call('HDEL', REQUESTS, id)
  redis.call('HDEL', ATTEMPTS, id)
end

local function wake()
  redis.call('DEL', SLEEPERS)
  redis.call('PUBLISH', WAKE, '')
end

-- Wakes those who wait for something to take, if there is something new, or nothing left.
local function finish()
  placeTouched()
  if order ~= firstOrder then redis.call('HSET', META, 'order', number(order)) end
  local until_ = redis.call('GET', SLEEPERS)
  if not until_ then return end
  if soonest < tonumber(until_) or redis.call('EXISTS', REQUESTS) == 0 then
    wake()
  end
end
`;
