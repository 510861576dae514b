/** What scripts need that lend requests, or take them back. */
export const LENDING = `
local function hostOf(key)
  return loaded[key] or loadHost(key, redis.call('HGET', HOSTS, key))
end

-- The payload, which may be large, is left where it is: its beginning is given.
local function unpackRequest(packed)
  local priority, attempts, length = struct.unpack(REQUEST_FORMAT, packed)
  local payloadAt = REQUEST_HEAD + length + 1
  return priority, attempts, string.sub(packed, REQUEST_HEAD + 1, payloadAt - 1), payloadAt
end

-- A token is the word of its handing-out and the number of the request, of twelve digits.
local function idOf(token)
  return string.sub(token, -12)
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
`;
