-- A timeline, or the right to build it.
-- KEYS: freshness. ARGV: run, generation, person, a token, milliseconds to build it in, milliseconds
-- it is kept unread.
-- Answers the generation that holds here (nothing else where it is newer than the caller's), then
-- 'R', its marker and its entries; 'B' where the caller is to build it; '' where another does.
local holds = tonumber(redis.call('HGET', KEYS[1], 'g') or '0')
local mine = tonumber(ARGV[2])
if holds > mine then
  return { holds }
end
if holds < mine then
  redis.call('HSET', KEYS[1], 'g', ARGV[2])
end
local key = 't:' .. ARGV[1] .. ARGV[2] .. ':' .. ARGV[3]
local marker = redis.call('LINDEX', key, -1)
if not marker then
  -- Pushes find it from now on: what is posted while the graph is read is not missed.
  redis.call('RPUSH', key, 'B' .. string.rep('\0', 16) .. ARGV[4])
  redis.call('PEXPIRE', key, ARGV[5])
  return { mine, 'B' }
end
if string.sub(marker, 1, 1) ~= 'R' then
  return { mine, '' }
end
redis.call('PEXPIRE', key, ARGV[6])
return { mine, 'R', marker, table.concat(redis.call('LRANGE', key, 0, -2)) }
