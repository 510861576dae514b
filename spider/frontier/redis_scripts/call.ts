/**
 * What every call begins and ends with. Its one argument is a list, packed: the crawl's generation, the
 * caller, one of the caller's slots, the number of the call, and what the call is about.
 *
 * A call whose answer got lost is sent again with the same number, and is answered what it was answered
 * the first time: nothing is done twice. An answer is kept in the call's slot, until the caller has got it
 * and has the slot for a later call.
 *
 * Numbers of a Lua script are doubles, so whatever may be longer than 53 bits stays a string.
 */
export const CALL = `
local PREFIX = KEYS[1]
local META = PREFIX .. 'meta'
local ARGUMENTS = cmsgpack.unpack(ARGV[1])
local CALLER, SLOT, CALL = ARGUMENTS[2], ARGUMENTS[3], ARGUMENTS[4]
local ANSWERS = PREFIX .. 'answers:' .. CALLER
local KEEP_ANSWERS_S = 3600
local position = 4

local function nextArgument()
  position = position + 1
  return ARGUMENTS[position]
end

local facts = redis.call('HMGET', META, 'generation', 'maxPerKey', 'served', 'order', 'sleepers',
  'paused', 'limit')
if facts[1] ~= ARGUMENTS[1] then
  return redis.error_reply('ORBWEAVER_LOST ' .. (facts[1] or 'nothing'))
end
local now = readClock()

local function earlierAnswer()
  local kept = redis.call('HGET', ANSWERS, SLOT)
  if not kept then return nil end
  local number, packed = string.match(kept, '^(%d+) (.*)$')
  if number == CALL then return cmsgpack.unpack(packed) end
  -- It was on its way for so long that its caller has given it up.
  if tonumber(number) > tonumber(CALL) then error('ORBWEAVER_LATE') end
end

local function answer(value)
  redis.call('HSET', ANSWERS, SLOT, CALL .. ' ' .. cmsgpack.pack(value))
  -- Looking costs less than a change, which goes to the append-only file.
  if redis.call('TTL', ANSWERS) < KEEP_ANSWERS_S / 2 then
    redis.call('EXPIRE', ANSWERS, KEEP_ANSWERS_S)
  end
  return value
end
`;
