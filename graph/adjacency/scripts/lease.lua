-- What is there, and for what is missing the right to fill it.
-- KEYS: freshness. ARGV: run, generation, token, milliseconds, names…
-- Answers the generation that holds here (nothing else where it is newer than the caller's), then
-- for each name its value, 1 for a lease granted, or 0 where somebody else has it.
local holds = tonumber(redis.call('HGET', KEYS[1], 'g') or '0')
local mine = tonumber(ARGV[2])
if holds > mine then
  return { holds }
end
if holds < mine then
  redis.call('HSET', KEYS[1], 'g', ARGV[2])
end
local stem = ARGV[1] .. ARGV[2] .. ':'
local found = { mine }
for i = 5, #ARGV do
  local value = redis.call('GET', 'a:' .. stem .. ARGV[i])
  if value then
    found[#found + 1] = value
  elseif redis.call('SET', 'al:' .. stem .. ARGV[i], ARGV[3], 'NX', 'PX', ARGV[4]) then
    found[#found + 1] = 1
  else
    found[#found + 1] = 0
  end
end
return found
