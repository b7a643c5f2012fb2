-- Keeps the inboxes of those who are connected, and says where each stands ('' for a lost one).
-- KEYS: the era and who has an inbox
-- ARGV: its lifetime, an inbox's lifetime, and its end, people...
local era = redis.call('HGET', KEYS[1], 'era')
local found = {}
if era then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
for at = 4, #ARGV do
  local last = ''
  if era then
    local key = 'amity:inbox:' .. era .. ':' .. ARGV[at]
    if redis.call('EXPIRE', key, ARGV[2]) == 1 then
      local newest = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
      last = newest and newest[1] or 'empty'
      redis.call('HSET', KEYS[1], ARGV[at], ARGV[3])
    end
  end
  found[#found + 1] = last
end
return found
