-- Puts one event into the inboxes of those who have one, once each, and tells every process.
-- KEYS: the era and who has an inbox, the events that were delivered lately
-- ARGV: the first key's lifetime, the second's, the channel, entries to keep,
--       mode (first | more | late), the letter's name, its data, people...
local era = redis.call('HGET', KEYS[1], 'era')
if not era then return 0 end -- nobody has an inbox
redis.call('EXPIRE', KEYS[1], ARGV[1])

local length, event, data = ARGV[4], ARGV[6], ARGV[7]
local times = 1
if ARGV[5] == 'first' then
  times = redis.call('HINCRBY', KEYS[2], event, 1)
  redis.call('EXPIRE', KEYS[2], ARGV[2])
elseif ARGV[5] == 'more' then
  times = tonumber(redis.call('HGET', KEYS[2], event) or '2')
else
  times = 2
end

-- Was it put there before? 'lost': it may have been, and what would tell was trimmed.
local function before(key)
  local entries = redis.call('XRANGE', key, '-', '+')
  for _, entry in ipairs(entries) do
    if entry[2][2] == event then return 'kept' end
  end
  local oldest = entries[1]
  -- Names begin with the event's id, 8 bytes, big-endian, in order of time: so are they.
  if oldest and not string.find(oldest[1], '-1$') and event < oldest[2][2] then return 'lost' end
  return 'never'
end

local told = { data }
for at = 8, #ARGV do
  local key = 'amity:inbox:' .. era .. ':' .. ARGV[at]
  local was = times > 1 and before(key) or 'never'
  if was ~= 'kept' then
    local body = was == 'lost' and '' or data
    local id = redis.call('XADD', key, 'NOMKSTREAM', 'MAXLEN', '=', length, '*', 'e', event, 'd', body)
    if id then told[#told + 1] = ARGV[at] .. ' ' .. id .. (was == 'lost' and ' lost' or '') end
  end
end
if #told > 1 then redis.call('PUBLISH', ARGV[3], table.concat(told, '\n')) end
return #told - 1
