/**
 * The time, in whole milliseconds since 1970, by the server's clock: workers on machines whose clocks
 * differ by minutes agree on it.
 */
export const SERVER_CLOCK = `
local function readClock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;
