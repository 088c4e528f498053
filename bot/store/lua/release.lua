-- Give a leased thread back, due again after a delay.
-- ARGV: thread, fence, delay in ms, '1' when the attempt shall not count
local thread, fence, delay, uncounted = ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
if not owns(thread, fence) then return 0 end
if uncounted == '1' then redis.call('HINCRBY', key('turn', thread), 'attempts', -1) end
redis.call('HDEL', leases, thread)
make_due(thread, now + delay)
return 1
