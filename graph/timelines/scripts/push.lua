-- One entry on top of many timelines: only where they exist, or are being built.
-- KEYS: freshness. ARGV: run, generation, the entry, how long a timeline may be, how much longer it
-- may get before it is cut, people (4 bytes each).
-- Answers the generation that holds here (nothing else where it is newer than the caller's), and
-- how many timelines there were.
local call, sub = redis.call, string.sub
local holds = tonumber(call('HGET', KEYS[1], 'g') or '0')
local mine = tonumber(ARGV[2])
if holds > mine then
  return { holds }
end
if holds < mine then
  call('HSET', KEYS[1], 'g', ARGV[2])
end
local stem = 't:' .. ARGV[1] .. ARGV[2] .. ':'
local entry, longest, people = ARGV[3], tonumber(ARGV[4]), ARGV[6]
local cut_at = longest + tonumber(ARGV[5]) + 1

-- Places are bytes: comparing strings would ask the server's locale.
local function newer(a, b)
  for at = 1, 16 do
    local mine, other = string.byte(a, at), string.byte(b, at)
    if mine ~= other then
      return mine > other
    end
  end
  return false
end

-- The marker stays last, and tells down to which place nothing was cut.
local function cut(key)
  local marker = call('RPOP', key)
  local floor = sub(marker, 2, 17)
  for _, one in ipairs(call('LRANGE', key, longest, -1)) do
    if newer(one, floor) then
      floor = sub(one, 1, 16)
    end
  end
  call('LTRIM', key, 0, longest - 1)
  call('RPUSH', key, sub(marker, 1, 1) .. floor .. sub(marker, 18))
end

local pushed = 0
for at = 1, #people, 4 do
  local key = stem .. sub(people, at, at + 3)
  local size = call('LPUSHX', key, entry)
  if size > 0 then
    pushed = pushed + 1
    if size > cut_at then
      cut(key)
    end
  end
end
return { mine, pushed }
