-- Keeps values whose lease still stands: a list read before a write never overwrites a newer one.
-- ARGV: stem, token, milliseconds, then for each value: its name, the value, a guard, what that is
-- expected to hold, its replacement, and the name to keep the value under, if another.
-- With a guard, that other key must still hold what was expected, and gets the replacement, if any.
-- An empty value only gives the lease back. Answers how many leases still stood.
local kept = 0
for i = 4, #ARGV, 6 do
  local lease = 'al:' .. ARGV[1] .. ARGV[i]
  if redis.call('GET', lease) == ARGV[2] then
    redis.call('DEL', lease)
    local fits = true
    if ARGV[i + 2] ~= '' then
      local guard = 'a:' .. ARGV[1] .. ARGV[i + 2]
      fits = redis.call('GET', guard) == ARGV[i + 3]
      if fits and ARGV[i + 4] ~= '' then
        redis.call('SET', guard, ARGV[i + 4], 'PX', ARGV[3])
      end
    end
    if fits then
      if ARGV[i + 1] ~= '' then
        local name = ARGV[i + 5] ~= '' and ARGV[i + 5] or ARGV[i]
        redis.call('SET', 'a:' .. ARGV[1] .. name, ARGV[i + 1], 'PX', ARGV[3])
      end
      kept = kept + 1
    end
  end
end
return kept
