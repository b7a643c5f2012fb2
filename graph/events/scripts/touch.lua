-- Keeps the inboxes of those who are connected, and says where each stands ('' for a lost one).
-- KEYS: the era
-- ARGV: its lifetime, an inbox's lifetime, people...
local era = redis.call('GET', KEYS[1])
local found = {}
if era then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
for at = 3, #ARGV do
  local last = ''
  if era then
    local key = 'amity:inbox:' .. era .. ':' .. ARGV[at]
    if redis.call('EXPIRE', key, ARGV[2]) == 1 then
      local newest = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
      last = newest and newest[1] or 'empty'
    end
  end
  found[#found + 1] = last
end
return found
