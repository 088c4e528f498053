-- Take the second looks that are due; each comes back once more after a minute unless it is removed.
-- One of a thread in which a turn runs waits: that turn may be writing to the same messages.
-- ARGV: most, platform...
local found = {}
for i = 4, #ARGV do
  -- The name by which earlier releases know them.
  local looks = base .. 'checks:' .. ARGV[i]
  for _, look in ipairs(redis.call('ZRANGEBYSCORE', looks, '-inf', now, 'LIMIT', 0, ARGV[3])) do
    redis.call('ZADD', looks, now + 60000, look)
    local thread = string.match(look, '^[^\n]*')
    if redis.call('EXISTS', key('turn', thread)) == 0 then found[#found + 1] = look end
  end
end
return found
