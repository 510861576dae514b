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
 * once, moved once and written once, what goes to the same key goes there together, and a host that
 * stands right is not moved.
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

-- Nearly all are whole, and those need not be written as a fraction is.
local function number(value)
  if value % 1 == 0 and value < 1e15 and value > -1e15 then return string.format('%d', value) end
  return string.format('%.17g', value)
end

-- No function takes more values than some thousand.
local function inParts(command, key, values)
  for first = 1, #values, MOST_AT_ONCE do
    redis.call(command, key, unpack(values, first, math.min(first + MOST_AT_ONCE - 1, #values)))
  end
end

-- A host as it is stored, or a new one: with it how many this call has taken of its queue, what was read of
-- the rest, where that begins, and how much is read at a time.
local function unpackHost(key, packed)
  local place, start, leased, served, head, rank = '-', 0, 0, 0, NOBODY, 0
  if packed then place, start, leased, served, head, rank = struct.unpack(HOST_FORMAT, packed) end
  return {
    key = key, packed = packed, place = place, start = start, leased = leased, served = served,
    head = head, rank = rank, isPlaced = false, taken = 0, ahead = false, at = 1, part = 1,
  }
end

local function loadHost(key, packed)
  local host = unpackHost(key, packed)
  loaded[key] = host
  return host
end

local function loadHosts(keys)
  local unknown, isListed = {}, {}
  for _, key in ipairs(keys) do
    if not loaded[key] and not isListed[key] then
      unknown[#unknown + 1], isListed[key] = key, true
    end
  end
  for first = 1, #unknown, MOST_AT_ONCE do
    local last = math.min(first + MOST_AT_ONCE - 1, #unknown)
    local packed = redis.call('HMGET', HOSTS, unpack(unknown, first, last))
    for index = first, last do loadHost(unknown[index], packed[index - first + 1]) end
  end
end

-- What is next in a host's queue and its rank, after what this call has taken of it.
local function headOf(host)
  if not host.ahead or not host.ahead[host.at] then
    local last = host.taken + host.part - 1
    host.ahead = redis.call('ZRANGE', PREFIX .. 'q:' .. host.key, host.taken, last, 'WITHSCORES')
    host.at = 1
  end
  return host.ahead[host.at], tonumber(host.ahead[host.at + 1])
end

-- Puts a host where it belongs after something about it changed; saveHosts() tells the store.
local function place(host)
  host.place, host.head, host.rank = '-', NOBODY, 0
  if host.leased >= maxPerKey then
    host.place = 'f'
  elseif host.start > now then
    host.place = 'w'
    soonest = math.min(soonest, host.start)
  else
    local head, rank = headOf(host)
    if head then
      host.place, host.head, host.rank = 'r', head, rank
      soonest = 0
    end
  end
  host.isPlaced = true
  changed[host.key] = host
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

local function listOf(lists, set)
  local list = lists[set]
  if not list then
    list = {}
    lists[set] = list
  end
  return list
end

local function touch(key)
  return listOf(touched, key)
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

local function placeTouched()
  keepStored()
  local keys = {}
  for key in pairs(touched) do keys[#keys + 1] = key end
  loadHosts(keys)
  for key, new in pairs(touched) do
    local host = loaded[key]
    inParts('ZADD', PREFIX .. 'q:' .. key, new)
    host.ahead = false
    if standsWrong(host, new) then place(host) end
  end
  touched = {}
end

-- The set in which a host stands, as what, and with which score.
local function standing(host)
  if host.place == 'r' then
    return READY, string.format('%012d', host.served) .. host.head .. host.key, number(host.rank)
  end
  if host.place == 'w' then return WAITING, host.key, number(host.start) end
  if host.place == 'f' then return FULL, host.key, '' end
end

-- Adds what a host was and what it is to what leaves the sets, and to what comes into them.
local function noteMove(host, leaving, coming)
  local oldSet, oldMember, oldScore = standing(unpackHost(host.key, host.packed))
  local set, member, score = standing(host)
  local isThere = set == oldSet and member == oldMember
  if oldSet and not isThere then table.insert(listOf(leaving, oldSet), oldMember) end
  if not set or (isThere and score == oldScore) then return end
  local list = listOf(coming, set)
  if set ~= FULL then list[#list + 1] = score end
  list[#list + 1] = member
end

-- What leaves goes first, since a full server refuses to grow only until it was made smaller.
local function moveHosts()
  local leaving, coming = {}, {}
  for key, host in pairs(changed) do
    if host.taken > 0 then
      redis.call('ZREMRANGEBYRANK', PREFIX .. 'q:' .. key, 0, host.taken - 1)
      host.taken, host.ahead = 0, false
    end
    if host.isPlaced then
      noteMove(host, leaving, coming)
      host.isPlaced = false
    end
  end
  for set, members in pairs(leaving) do inParts(set == FULL and 'SREM' or 'ZREM', set, members) end
  for set, members in pairs(coming) do inParts(set == FULL and 'SADD' or 'ZADD', set, members) end
end

local function saveHosts()
  if not next(changed) then return end
  moveHosts()
  local kept, gone = {}, {}
  for key, host in pairs(changed) do
    if host.place == '-' and host.leased <= 0 then
      gone[#gone + 1], host.packed = key, false
    else
      host.packed = struct.pack(HOST_FORMAT, host.place, host.start, host.leased, host.served, host.head,
        host.rank)
      kept[#kept + 1] = key
      kept[#kept + 1] = host.packed
    end
  end
  inParts('HSET', HOSTS, kept)
  inParts('HDEL', HOSTS, gone)
  changed = {}
end

local function store(priority, key, payload, notBefore, attempts)
  local id = nextId()
  stored[#stored + 1] = id
  stored[#stored + 1] = packRequest(priority, attempts or 0, key, payload)
  enqueue(id, key, priority, notBefore)
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
