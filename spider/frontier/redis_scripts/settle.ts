/**
 * Ends leases, each with what its page left behind. The arguments: how many, the token of each, the host of
 * each, and then for each the items, the follow-ups and the counters, each list after its length.
 *
 * Answers for each the digits of its follow-ups, or "stale", with spaces between. What makes the store grow comes before what
 * makes it shrink, since a full server refuses the first thing that would make it grow, and a script that
 * has changed something already is not stopped any more.
 */
export const SETTLE = `
local earlier = earlierAnswer()
if earlier then return earlier end

local amount = tonumber(nextArgument())
local function nextArguments()
  local values = {}
  for index = 1, amount do values[index] = nextArgument() end
  return values
end

local tokens, keys = nextArguments(), nextArguments()
local held = redis.call('ZMSCORE', LEASES, unpack(tokens))
loadHosts(keys)

local ended, endedTokens, endedIds = {}, {}, {}
local function keepItems(count)
  local first = redis.call('HINCRBY', META, 'items', count) - count
  for index = 1, count do
    redis.call('XADD', PREFIX .. 'items', number(first + index) .. '-0', 'i', nextArgument())
  end
end

local function settle(token, key, isHeld)
  local items, followUps, counters =
    tonumber(nextArgument()), tonumber(nextArgument()), tonumber(nextArgument())
  -- It may be there twice.
  if not isHeld or ended[token] then
    position = position + items + followUps * 7 + counters * 2
    return 'stale'
  end
  if items > 0 then keepItems(items) end
  local added = followUps > 0 and takeIn(followUps) or ''
  if counters > 0 then count(counters) end
  released(key)
  ended[token] = true
  endedTokens[#endedTokens + 1], endedIds[#endedIds + 1] = token, idOf(token)
  return added
end

local answers = {}
for index, token in ipairs(tokens) do answers[index] = settle(token, keys[index], held[index]) end
keepStored()
inParts('ZREM', LEASES, endedTokens)
inParts('HDEL', REQUESTS, endedIds)
finish()
return answer(table.concat(answers, ' '))
`;
