/**
 * Decides which host is asked next, as MemorySchedule does: a host stands among those that may be asked
 * now (`ready`, by the priority of what is next, then by who was served last, then first come), or among
 * those that have to wait (`waiting`, by time), or apart, with as many requests out as it may have
 * (`full`), or nowhere.
 *
 * - `hosts`: host to place, next start, requests out, number of its last handing-out, what is next and
 *   its rank, which is its priority with the other sign.
 * - `q:<host>`: its queue, request numbers by rank; equals go by their numbers.
 * - `requests`: number to priority, how often it was handed out in vain, host and payload.
 * - `later`: numbers of those that must wait, by time. `leases`: tokens, by the time they end.
 *
 * Commands cost more than what a script does between them, and changes more than looks. So a host is read
 * once and written once, what goes to the same key goes there together, and a host that stands right
 * is not moved.
 */
export const SCHEDULE = `
local READY, WAITING, FULL = PREFIX .. 'ready', PREFIX .. 'waiting', PREFIX .. 'full'
local HOSTS, REQUESTS, LATER = PREFIX .. 'hosts', PREFIX .. 'requests', PREFIX .. 'later'
local LEASES, WAKE = PREFIX .. 'leases', PREFIX .. 'wake'
local HOST_FORMAT = '>c1dddc12d'
local REQUEST_FORMAT = '>dI4I4'
local REQUEST_HEAD = 16
local NOBODY = '000000000000'
local MOST_AT_ONCE = 1000

local maxPerKey = tonumber(facts[2] or '1e308')
local order = tonumber(facts[4] or '0')
local firstOrder = order
-- When there is something new to take, at the earliest.
local soonest = 1e308
-- The hosts that were read, those that have to be written, and those that may stand wrong: each of these
-- with what is new of it, as ZADD takes it.
local loaded, changed, touched = {}, {}, {}
-- Requests to be stored, as HSET takes them.
local stored = {}

local function number(value)
  return string.format('%.17g', value)
end

-- No function takes more values than some thousand.
local function inParts(command, key, values)
  for first = 1, #values, MOST_AT_ONCE do
    redis.call(command, key, unpack(values, first, math.min(first + MOST_AT_ONCE - 1, #values)))
  end
end

local function loadHost(key, packed)
  local host = { key = key, place = '-', start = 0, leased = 0, served = 0, head = NOBODY, rank = 0 }
  if packed then
    host.place, host.start, host.leased, host.served, host.head, host.rank =
      struct.unpack(HOST_FORMAT, packed)
  end
  loaded[key] = host
  return host
end

local function hostOf(key)
  return loaded[key] or loadHost(key, redis.call('HGET', HOSTS, key))
end

local function memberOf(host)
  return string.format('%012d', host.served) .. host.head .. host.key
end

local function leavePlace(host)
  if host.place == 'r' then redis.call('ZREM', READY, memberOf(host)) end
  if host.place == 'w' then redis.call('ZREM', WAITING, host.key) end
  if host.place == 'f' then redis.call('SREM', FULL, host.key) end
end

-- Puts a host where it belongs after something about it changed; what changes where it stood is done
-- between leavePlace() and this.
local function enterPlace(host)
  host.place, host.head, host.rank = '-', NOBODY, 0
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
      host.place, host.head, host.rank = 'r', first[1], tonumber(first[2])
      redis.call('ZADD', READY, first[2], memberOf(host))
      soonest = 0
    end
  end
  changed[host.key] = host
end

local function replace(host)
  leavePlace(host)
  enterPlace(host)
end

-- Whether a host stands wrong, now that these requests of it are new.
local function standsWrong(host, new)
  if host.leased >= maxPerKey then return host.place ~= 'f' end
  if host.start > now then return host.place ~= 'w' end
  if host.place == '-' then return new[1] ~= nil end
  if host.place ~= 'r' then return true end
  if not new[1] or new.rank > host.rank then return false end
  return new.rank < host.rank or new.head < host.head
end

local function nextId()
  order = order + 1
  return string.format('%012d', order)
end

local function packRequest(priority, attempts, key, payload)
  return struct.pack(REQUEST_FORMAT, priority, attempts, #key) .. key .. payload
end

-- The payload, which may be large, is left where it is: its beginning is given.
local function unpackRequest(packed)
  local priority, attempts, length = struct.unpack(REQUEST_FORMAT, packed)
  local payloadAt = REQUEST_HEAD + length + 1
  return priority, attempts, string.sub(packed, REQUEST_HEAD + 1, payloadAt - 1), payloadAt
end

local function touch(key)
  local new = touched[key]
  if not new then
    new = {}
    touched[key] = new
  end
  return new
end

-- Queues a request that is stored already; the host is put into its place later, by placeTouched().
local function enqueue(id, key, priority, notBefore)
  if notBefore > now then
    redis.call('ZADD', LATER, number(notBefore), id)
    soonest = math.min(soonest, notBefore)
    return
  end
  local new, rank = touch(key), -priority
  if not new[1] or rank < new.rank or (rank == new.rank and id < new.head) then
    new.rank, new.head = rank, id
  end
  new[#new + 1] = number(rank)
  new[#new + 1] = id
end

local function keepStored()
  inParts('HSET', REQUESTS, stored)
  stored = {}
end

local function loadTouched()
  local keys = {}
  for key in pairs(touched) do
    if not loaded[key] then keys[#keys + 1] = key end
  end
  for first = 1, #keys, MOST_AT_ONCE do
    local last = math.min(first + MOST_AT_ONCE - 1, #keys)
    local packed = redis.call('HMGET', HOSTS, unpack(keys, first, last))
    for index = first, last do loadHost(keys[index], packed[index - first + 1]) end
  end
end

local function placeTouched()
  keepStored()
  loadTouched()
  for key, new in pairs(touched) do
    inParts('ZADD', PREFIX .. 'q:' .. key, new)
    local host = loaded[key]
    if standsWrong(host, new) then replace(host) end
  end
  touched = {}
end

local function saveHosts()
  local kept, gone = {}, {}
  for key, host in pairs(changed) do
    if host.place == '-' and host.leased <= 0 then
      gone[#gone + 1] = key
    else
      kept[#kept + 1] = key
      kept[#kept + 1] = struct.pack(HOST_FORMAT, host.place, host.start, host.leased, host.served,
        host.head, host.rank)
    end
  end
  inParts('HSET', HOSTS, kept)
  inParts('HDEL', HOSTS, gone)
end

local function store(priority, key, payload, notBefore, attempts)
  local id = nextId()
  stored[#stored + 1] = id
  stored[#stored + 1] = packRequest(priority, attempts or 0, key, payload)
  enqueue(id, key, priority, notBefore)
end

-- A token is the word of its handing-out and the number of the request.
local function idOf(token)
  return string.match(token, '%d+$')
end

-- Says that a host has one request less out.
local function released(key)
  local host = hostOf(key)
  host.leased = host.leased - 1
  changed[key] = host
  touch(key)
end

-- Ends a lease, if it is still one: the request itself stays, and is given as it is stored.
local function release(token)
  if redis.call('ZREM', LEASES, token) == 0 then return nil end
  local packed = redis.call('HGET', REQUESTS, idOf(token))
  local _, _, key = unpackRequest(packed)
  released(key)
  return packed
end

local function wake()
  redis.call('HDEL', META, 'sleepers')
  redis.call('PUBLISH', WAKE, '')
end

-- Wakes those who wait for something to take, if there is something new, or nothing left.
local function finish()
  placeTouched()
  saveHosts()
  if order ~= firstOrder then redis.call('HSET', META, 'order', number(order)) end
  if not facts[5] then return end
  if soonest < tonumber(facts[5]) or redis.call('EXISTS', REQUESTS) == 0 then
    wake()
  end
end
`;
