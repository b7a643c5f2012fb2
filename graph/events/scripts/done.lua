-- Entries that need no more work.
-- KEYS: the queue, the jobs. ARGV: group, entries…
for at = 2, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[at])
  redis.call('XDEL', KEYS[1], ARGV[at])
  redis.call('HDEL', KEYS[2], ARGV[at])
end
return #ARGV - 1
