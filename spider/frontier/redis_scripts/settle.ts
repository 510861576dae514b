/**
 * Ends leases, each with what its page left behind. The arguments, for each: id, word, the items, the
 * follow-ups, the counters, each list after its length.
 *
 * Answers for each the digits of its follow-ups, or "stale". What makes the store grow comes before what
 * makes it shrink, since a full server refuses the first thing that would make it grow, and a script that
 * has changed something already is not stopped any more.
 */
export const SETTLE = `
local earlier = earlierAnswer()
if earlier then return earlier end

local function keepItems(count)
  if count == 0 then return end
  local first = redis.call('HINCRBY', META, 'items', count) - count
  for index = 1, count do
    redis.call('XADD', PREFIX .. 'items', number(first + index) .. '-0', 'i', nextArgument())
  end
end

local function settle()
  local id, nonce = nextArgument(), nextArgument()
  local isHeld = redis.call('HGET', HELD, id) == nonce
  local parts = { tonumber(nextArgument()), tonumber(nextArgument()), tonumber(nextArgument()) }
  if not isHeld then
    position = position + parts[1] + parts[2] * 7 + parts[3] * 2
    return 'stale'
  end
  keepItems(parts[1])
  local added = takeIn(parts[2])
  count(parts[3])
  release(id, nonce)
  forget(id)
  return added
end

local answers = {}
for index = 1, tonumber(nextArgument()) do answers[index] = settle() end
finish()
return answer(answers)
`;
