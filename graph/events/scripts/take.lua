-- What there is to be fanned out: new entries, and now and then those of workers that are no more.
-- KEYS: the queue of small audiences, that of large ones. ARGV: group, consumer, how many small
-- entries, how many large ones, and the idle milliseconds after which an entry is taken over; 0:
-- none is.
-- Answers whether a queue had to be made (whatever was in it before is lost), then for each queue
-- its entries.
local group, consumer, idle = ARGV[1], ARGV[2], tonumber(ARGV[5])
local made = 0

local function new(key, count)
  local read = { 'XREADGROUP', 'GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>' }
  local found = redis.pcall(unpack(read))
  if type(found) == 'table' and found.err then
    redis.call('XGROUP', 'CREATE', key, group, '0', 'MKSTREAM')
    made = 1
    found = redis.call(unpack(read))
  end
  -- RESP2 inside scripts: a list of streams, each with its name and its entries.
  return found and found[1] and found[1][2] or {}
end

local answer = { 0 }
for at, key in ipairs(KEYS) do
  local count = tonumber(ARGV[2 + at])
  local entries = {}
  if count > 0 then
    entries = new(key, count)
    if idle > 0 and made == 0 and #entries < count then
      local taken = redis.call('XAUTOCLAIM', key, group, consumer, idle, '0', 'COUNT', count)
      for _, entry in ipairs(taken[2]) do
        if entry then
          entries[#entries + 1] = entry
        end
      end
    end
  end
  answer[1 + at] = entries
end
answer[1] = made
return answer
