/**
 * Queues a leased request again, behind its equals. The arguments: id, word, delay; then the new
 * priority, key and payload, each after a 1, or a 0 where it stays; then the counters.
 */
export const RETRY = `
local earlier = earlierAnswer()
if earlier then return earlier end
local function changed(old)
  local isNew, value = nextArgument() == '1', nextArgument()
  if isNew then return value end
  return old
end
local id, nonce, delayMs = nextArgument(), nextArgument(), tonumber(nextArgument())
local request = release(id, nonce)
if not request then return answer('stale') end
local priority, key = tonumber(changed(request.priority)), changed(request.key)
local again = store(priority, key, changed(request.payload), now + delayMs)
count()
redis.call('HSET', ATTEMPTS, again, redis.call('HGET', ATTEMPTS, id))
forget(id)
finish()
return answer('ok')
`;

/** Gives a lease up for good. The arguments: id, word, reason, and the counters. */
export const BURY = `
local earlier = earlierAnswer()
if earlier then return earlier end
local id, nonce, reason = nextArgument(), nextArgument(), nextArgument()
if redis.call('HGET', HELD, id) ~= nonce then return answer('stale') end
local letter = struct.pack('>I4', #reason) .. reason .. redis.call('HGET', REQUESTS, id)
redis.call('RPUSH', PREFIX .. 'dead', letter)
count()
release(id, nonce)
forget(id)
finish()
return answer('ok')
`;

/** Queues the oldest dead letters again, as many as is said; answers how many there were. */
export const REVIVE = `
local earlier = earlierAnswer()
if earlier then return earlier end
local revived = 0
local letters = redis.call('LRANGE', PREFIX .. 'dead', 0, tonumber(nextArgument()) - 1)
for _, letter in ipairs(letters) do
  local length = struct.unpack('>I4', letter)
  local priority, key, payload = unpackRequest(string.sub(letter, 5 + length))
  store(priority, key, payload, 0)
  redis.call('LPOP', PREFIX .. 'dead')
  revived = revived + 1
end
finish()
return answer(number(revived))
`;

/** Sets when a host may be asked next. The arguments: host, and the time from now. */
export const BLOCK_UNTIL = `
local host = hostOf(nextArgument())
leavePlace(host)
host.start = now + tonumber(nextArgument())
enterPlace(host)
finish()
return 'ok'
`;

/** How full it is: waiting, leased, seen, dead, items, then the counters. */
export const STATS = `
local seen = 0
for _, count in ipairs(redis.call('HVALS', PREFIX .. 'seen')) do seen = seen + tonumber(count) end
local leased = redis.call('ZCARD', LEASES)
return {
  number(redis.call('HLEN', REQUESTS) - leased),
  number(leased),
  number(seen),
  number(redis.call('LLEN', PREFIX .. 'dead')),
  redis.call('HGET', META, 'items') or '0',
  redis.call('HGETALL', PREFIX .. 'counters'),
}
`;
