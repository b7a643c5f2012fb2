-- A large fan-out went on: keeps how far it is, and that somebody works on it.
-- KEYS: the queue, the jobs. ARGV: group, consumer, entry, progress.
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1
