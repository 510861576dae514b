/**
 * The set of what was seen: 68 bits of a fingerprint, 4 of which choose a region, and 64 of which are
 * kept, as a decimal string, in one of the region's buckets. A bucket is a set of integers, which Redis
 * stores as a sorted array of 8 bytes each, as long as there are no more than 512
 * (`set-max-intset-entries`). So buckets are split as the set grows, one at a time (linear hashing): of
 * a mean of 192, and never of more than twice that, give or take the spread of chance.
 */
export const SEEN = `
local MEAN_BUCKET = 192
-- How many there are in each region that was looked at, and where that changed.
local seenCounts, seenChanged = {}, {}

-- The lower 24 bits of a 64-bit integer in decimal; every step fits the 53 bits of a double.
local LOW = 16777216
local function lowBits(value)
  local digits = string.gsub(value, '^%-', '')
  local high = tonumber(string.sub(digits, 1, -10)) or 0
  local low = tonumber(string.sub(digits, -9))
  local bits = ((high % LOW) * (1000000000 % LOW) + low) % LOW
  if digits ~= value then bits = (LOW - bits) % LOW end
  return bits
end

-- The largest power of two that is not above a number from 1 up.
local function powerBelow(number)
  local power = 1
  while power * 2 <= number do power = power * 2 end
  return power
end

local function bucketKey(region, bucket)
  return PREFIX .. 's:' .. region .. ':' .. string.format('%d', bucket)
end

local function splitBucket(region, added)
  local power = powerBelow(added)
  local from = bucketKey(region, added - power)
  local to = bucketKey(region, added)
  for _, value in ipairs(redis.call('SMEMBERS', from)) do
    if lowBits(value) % (power * 2) == added then
      redis.call('SADD', to, value)
      redis.call('SREM', from, value)
    end
  end
end

local function seenCount(region)
  local count = seenCounts[region]
  if not count then
    count = tonumber(redis.call('HGET', PREFIX .. 'seen', region) or '0')
    seenCounts[region] = count
  end
  return count
end

local function addSeen(region, value)
  local count = seenCount(region)
  local last = math.floor(count / MEAN_BUCKET)
  local power = powerBelow(last + 1)
  local bucket = lowBits(value) % (power * 2)
  if bucket > last then bucket = bucket - power end
  if redis.call('SADD', bucketKey(region, bucket), value) == 0 then return false end
  count = count + 1
  seenCounts[region], seenChanged[region] = count, true
  if count % MEAN_BUCKET == 0 then splitBucket(region, count / MEAN_BUCKET) end
  return true
end

local function saveSeen()
  local counts = {}
  for region in pairs(seenChanged) do
    counts[#counts + 1] = region
    counts[#counts + 1] = string.format('%d', seenCounts[region])
  end
  inParts('HSET', PREFIX .. 'seen', counts)
  seenChanged = {}
end
`;
