-- One person's inbox, begun if it is not there, and what came into it after an entry.
-- KEYS: the era
-- ARGV: a new era, its lifetime, the person, an epoch for a new inbox, its lifetime,
--       the epoch and number to go on from ('' for none), entries at most
local era = redis.call('GET', KEYS[1])
if not era then era = ARGV[1] end
redis.call('SET', KEYS[1], era, 'EX', ARGV[2])

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
if ARGV[6] ~= '' and string.sub(last, 1, #ARGV[6] + 1) == ARGV[6] .. '-' then
  entries = redis.call('XRANGE', key, '(' .. ARGV[6] .. '-' .. ARGV[7], '+', 'COUNT', ARGV[8])
end
return { last, entries }
