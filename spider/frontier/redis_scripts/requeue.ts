/**
 * Queues a leased request again, behind its equals. The arguments: token, delay; then the new priority,
 * key and payload, each after a 1, or a 0 where it stays; then the counters.
 */
export const RETRY = `
local earlier = earlierAnswer()
if earlier then return earlier end
local function changedOr(old)
  local isNew, value = nextArgument() == '1', nextArgument()
  if isNew then return value end
  return old
end
local token, delayMs = nextArgument(), tonumber(nextArgument())
local packed = release(token)
if not packed then return answer('stale') end
local oldPriority, attempts, oldKey, payloadAt = unpackRequest(packed)
local priority, key = tonumber(changedOr(oldPriority)), changedOr(oldKey)
local payload = changedOr(string.sub(packed, payloadAt))
store(priority, key, payload, now + delayMs, attempts + 1)
count()
redis.call('HDEL', REQUESTS, idOf(token))
finish()
return answer('ok')
`;

/** Gives a lease up for good. The arguments: token, reason, and the counters. */
export const BURY = `
local earlier = earlierAnswer()
if earlier then return earlier end
local token, reason = nextArgument(), nextArgument()
if not redis.call('ZSCORE', LEASES, token) then return answer('stale') end
local letter = struct.pack('>I4', #reason) .. reason .. redis.call('HGET', REQUESTS, idOf(token))
redis.call('RPUSH', PREFIX .. 'dead', letter)
count()
release(token)
redis.call('HDEL', REQUESTS, idOf(token))
finish()
return answer('ok')
`;

/** Queues the oldest dead letters again, as many as is said; answers how many there were. */
export const REVIVE = `
local earlier = earlierAnswer()
if earlier then return earlier end
local letters = redis.call('LRANGE', PREFIX .. 'dead', 0, tonumber(nextArgument()) - 1)
for _, letter in ipairs(letters) do
  local request = string.sub(letter, 5 + struct.unpack('>I4', letter))
  local priority, _, key, payloadAt = unpackRequest(request)
  store(priority, key, string.sub(request, payloadAt), 0)
end
finish()
if #letters > 0 then redis.call('LPOP', PREFIX .. 'dead', #letters) end
return answer(number(#letters))
`;

/** Sets when a host may be asked next. The arguments: host, and the time from now. */
export const BLOCK_UNTIL = `
local host = hostOf(nextArgument())
host.start = now + tonumber(nextArgument())
place(host)
finish()
return 'ok'
`;

/** How full it is: waiting, leased, seen, dead, items, then the counters. */
export const STATS = `
local seen = 0
for _, count in ipairs(redis.call('HVALS', PREFIX .. 'seen')) do seen = seen + tonumber(count) end
local leased = redis.call('ZCOUNT', LEASES, '-inf', '(inf')
return {
  number(redis.call('HLEN', REQUESTS) - leased),
  number(leased),
  number(seen),
  number(redis.call('LLEN', PREFIX .. 'dead')),
  redis.call('HGET', META, 'items') or '0',
  redis.call('HGETALL', PREFIX .. 'counters'),
}
`;
