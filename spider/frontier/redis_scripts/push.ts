/** Takes new requests in: for each its region, value, key, priority, wait, dontFilter and payload. */
export const TAKE_IN = `
local function takeIn(count)
  local added = {}
  for index = 1, count do
    local region, value, key = nextArgument(), nextArgument(), nextArgument()
    local priority, notBefore = tonumber(nextArgument()), now + tonumber(nextArgument())
    local dontFilter, payload = nextArgument() == '1', nextArgument()
    local isAdded = addSeen(region, value) or dontFilter
    if isAdded then store(priority, key, payload, notBefore) end
    added[index] = isAdded and '1' or '0'
  end
  saveSeen()
  return table.concat(added)
end
`;

/** Adds up counters: their number comes first, unless it was told already. */
export const COUNT = `
local function count(counters)
  for _ = 1, counters or tonumber(nextArgument()) do
    redis.call('HINCRBYFLOAT', PREFIX .. 'counters', nextArgument(), nextArgument())
  end
end
`;

/** Answers a digit for each request: 1 if it was added. */
export const PUSH = `
local earlier = earlierAnswer()
if earlier then return earlier end
local added = takeIn(tonumber(nextArgument()))
count()
finish()
return answer(added)
`;
