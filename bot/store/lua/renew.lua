-- Hold a lease longer. Returns the turn's flags {stop, amended}, or nothing when the lease is lost.
-- ARGV: thread, fence, lease in ms
local thread, fence, lease = ARGV[3], ARGV[4], tonumber(ARGV[5])
if not owns(thread, fence) then return false end
redis.call('ZADD', due(thread), now + lease, thread)
local flags = redis.call('HMGET', key('turn', thread), 'stop', 'amended')
return { flags[1] or '0', flags[2] or '0' }
