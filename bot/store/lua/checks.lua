-- Take the checks that are due; each comes back once more after a minute unless it is removed. One
-- of a thread in which a turn runs waits: that turn may be writing to the same messages.
-- ARGV: most, platform...
local found = {}
for i = 4, #ARGV do
  local checks = base .. 'checks:' .. ARGV[i]
  for _, check in ipairs(redis.call('ZRANGEBYSCORE', checks, '-inf', now, 'LIMIT', 0, ARGV[3])) do
    redis.call('ZADD', checks, now + 60000, check)
    local thread = string.match(check, '^[^\n]*')
    if redis.call('EXISTS', key('turn', thread)) == 0 then found[#found + 1] = check end
  end
end
return found
