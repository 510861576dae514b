/**
 * What every call begins and ends with. The arguments are: the crawl's generation, the caller, the number
 * of the call, the numbers of the calls whose answers the caller has got, and what the call is about.
 *
 * A call whose answer got lost is sent again with the same number, and is answered what it was answered
 * the first time: nothing is done twice. An answer is kept until the caller says that he has got it.
 *
 * Numbers of a Lua script are doubles, so whatever may be longer than 53 bits stays a string.
 */
export const CALL = `
local PREFIX = KEYS[1]
local META = PREFIX .. 'meta'
local ANSWERS = PREFIX .. 'answers:' .. ARGV[2]
local CALL = ARGV[3]
local KEEP_ANSWERS_S = 3600
local position = 4

local function nextArgument()
  position = position + 1
  return ARGV[position]
end

local facts = redis.call('HMGET', META, 'generation', 'maxPerKey', 'served', 'order')
if facts[1] ~= ARGV[1] then
  return redis.error_reply('ORBWEAVER_LOST ' .. (facts[1] or 'nothing'))
end
local now = readClock()

local function earlierAnswer()
  local packed = redis.call('HGET', ANSWERS, CALL)
  if packed then return cmsgpack.unpack(packed) end
end

-- It comes last: who deletes something first may not be refused any more what makes a full server grow.
local function forgetAnswers()
  for received in string.gmatch(ARGV[4], '%d+') do redis.call('HDEL', ANSWERS, received) end
end

local function answer(value)
  redis.call('HSET', ANSWERS, CALL, cmsgpack.pack(value))
  forgetAnswers()
  redis.call('EXPIRE', ANSWERS, KEEP_ANSWERS_S)
  return value
end
`;
