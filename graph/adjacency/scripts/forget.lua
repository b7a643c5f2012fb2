-- Drops values and leases, and counts the epoch up.
-- KEYS: freshness. ARGV: run, generation, an identity in case there is none, how many whole names,
-- those names, then pairs of a huge list's name and the time of the entry that came or went.
-- Answers identity, epoch, generation, and every name that was dropped.
local holds = tonumber(redis.call('HGET', KEYS[1], 'g') or '0')
local mine = tonumber(ARGV[2])
local dropped = {}
local stem

local function forget(name)
  redis.call('DEL', 'al:' .. stem .. name)
  local key = 'a:' .. stem .. name
  -- Only a change of a key is broadcast, and a reader may be about to keep what it read.
  if redis.call('DEL', key) == 0 then
    redis.call('SET', key, '')
    redis.call('DEL', key)
  end
  dropped[#dropped + 1] = name
end

-- A directory is `D1 nonce next`, then ` number,time,id,size` for each segment, newest first, where
-- time and id are its oldest place, or `-` where it reaches the end of the list.
local function forget_entry(name, at)
  local text = redis.call('GET', 'a:' .. stem .. name)
  if not text or string.sub(text, 1, 3) ~= 'D1 ' then
    return forget(name)
  end
  local nonce, next = string.match(text, '^D1 (%S+) (%d+)')
  for number, time in string.gmatch(text, ' (%d+),(%-?%d*),') do
    local oldest = tonumber(time)
    -- Entries of one millisecond may stand on both sides of a cut.
    if not oldest or at >= oldest then
      forget(name .. ':' .. nonce .. '.' .. number)
    end
    if not oldest or at > oldest then
      return
    end
  end
  -- Behind the last known segment: somebody may be reading the next one just now.
  forget(name .. ':' .. nonce .. '.' .. next)
end

local function forget_all(generation)
  stem = ARGV[1] .. generation .. ':'
  local whole = tonumber(ARGV[4])
  for i = 5, 4 + whole do
    forget(ARGV[i])
  end
  for i = 5 + whole, #ARGV, 2 do
    forget_entry(ARGV[i], tonumber(ARGV[i + 1]))
  end
end

-- Others may not know the newest generation yet, and we may not either.
forget_all(ARGV[2])
if holds ~= mine then
  forget_all(string.format('%d', holds))
end

redis.call('HSETNX', KEYS[1], 'id', ARGV[3])
if holds < mine then
  redis.call('HSET', KEYS[1], 'g', ARGV[2])
end
local answer = {
  redis.call('HGET', KEYS[1], 'id'),
  redis.call('HINCRBY', KEYS[1], 'n', 1),
  math.max(mine, holds),
}
for _, name in ipairs(dropped) do
  answer[#answer + 1] = name
end
return answer
