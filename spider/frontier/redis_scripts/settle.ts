/**
 * Ends leases, each with what its page left behind. The arguments, for each: token, host, the items, the
 * follow-ups, the counters, each list after its length.
 *
 * Answers for each the digits of its follow-ups, or "stale". What makes the store grow comes before what
 * makes it shrink, since a full server refuses the first thing that would make it grow, and a script that
 * has changed something already is not stopped any more.
 */
export const SETTLE = `
local earlier = earlierAnswer()
if earlier then return earlier end

local ended, endedIds = {}, {}
-- Whether a lease is one, and was not ended in this call already.
local function isHeld(token)
  if ended[token] then return false end
  return redis.call('ZSCORE', LEASES, token) ~= false
end

local function keepItems(count)
  if count == 0 then return end
  local first = redis.call('HINCRBY', META, 'items', count) - count
  for index = 1, count do
    redis.call('XADD', PREFIX .. 'items', number(first + index) .. '-0', 'i', nextArgument())
  end
end

local function settle()
  local token, key = nextArgument(), nextArgument()
  local parts = { tonumber(nextArgument()), tonumber(nextArgument()), tonumber(nextArgument()) }
  if not isHeld(token) then
    position = position + parts[1] + parts[2] * 7 + parts[3] * 2
    return 'stale'
  end
  keepItems(parts[1])
  local added = takeIn(parts[2])
  count(parts[3])
  released(key)
  ended[token], endedIds[#endedIds + 1] = true, idOf(token)
  return added
end

local answers = {}
for index = 1, tonumber(nextArgument()) do answers[index] = settle() end
keepStored()
local tokens = {}
for token in pairs(ended) do tokens[#tokens + 1] = token end
inParts('ZREM', LEASES, tokens)
inParts('HDEL', REQUESTS, endedIds)
finish()
return answer(answers)
`;
