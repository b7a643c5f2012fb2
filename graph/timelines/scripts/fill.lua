-- Puts what the graph says below what was pushed meanwhile, and makes the timeline one to trust.
-- ARGV: the key's stem, person, token, milliseconds it is kept unread, how long it may be, the
-- place down to which it is whole, when it was built, entries of 20 bytes, newest first.
-- Answers whether the right to build it still stood.
-- Places are bytes: comparing strings would ask the server's locale.
local function newer(a, b)
  for at = 1, 16 do
    local mine, other = string.byte(a, at), string.byte(b, at)
    if mine ~= other then
      return mine > other
    end
  end
  return false
end

local key = 't:' .. ARGV[1] .. ARGV[2]
local longest = tonumber(ARGV[5])
local marker = redis.call('LINDEX', key, -1)
if not marker or string.sub(marker, 1, 1) ~= 'B' or string.sub(marker, 18) ~= ARGV[3] then
  return 0
end
redis.call('RPOP', key)
local floor = string.sub(marker, 2, 17)
if newer(ARGV[6], floor) then
  floor = ARGV[6]
end
local entries = ARGV[8]
for at = 1, #entries, 20 * 100 do
  local some = {}
  for one = at, math.min(at + 20 * 100, #entries + 1) - 1, 20 do
    some[#some + 1] = string.sub(entries, one, one + 19)
  end
  redis.call('RPUSH', key, unpack(some))
end
if redis.call('LLEN', key) > longest then
  for _, cut in ipairs(redis.call('LRANGE', key, longest, -1)) do
    if newer(cut, floor) then
      floor = string.sub(cut, 1, 16)
    end
  end
  redis.call('LTRIM', key, 0, longest - 1)
end
redis.call('RPUSH', key, 'R' .. floor .. ARGV[7])
redis.call('PEXPIRE', key, ARGV[4])
return 1
