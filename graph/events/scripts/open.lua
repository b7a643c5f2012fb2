-- One person's inbox, begun if it is not there, and what came into it after an entry.
-- KEYS: the era and who has an inbox
-- ARGV: a new era, its lifetime, the person, an epoch for a new inbox, its lifetime, its end,
--       the epoch and number to go on from ('' for none), entries at most
local era = redis.call('HGET', KEYS[1], 'era')
if not era then
  era = ARGV[1]
  redis.call('HSET', KEYS[1], 'era', era)
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[2])

local key = 'amity:inbox:' .. era .. ':' .. ARGV[3]
if redis.call('EXISTS', key) == 0 then
  -- An id far beyond any clock: what is added by '*' goes on counting from it, one by one.
  redis.call('XADD', key, ARGV[4] .. '-0', 'e', '', 'd', '')
  redis.call('XTRIM', key, 'MAXLEN', 0)
end
redis.call('EXPIRE', key, ARGV[5])

local info = redis.call('XINFO', 'STREAM', key)
local last = ''
for at = 1, #info, 2 do
  if info[at] == 'last-generated-id' then last = info[at + 1] end
end
local entries = {}
if ARGV[7] ~= '' and string.sub(last, 1, #ARGV[7] + 1) == ARGV[7] .. '-' then
  entries = redis.call('XRANGE', key, '(' .. ARGV[7] .. '-' .. ARGV[8], '+', 'COUNT', ARGV[9])
end
return { last, entries }
