-- Let a set-aside batch wait again, in one step with striking its record.
-- ARGV: thread, record, seconds an identity is kept, (item, time in us, value)...
-- Returns 0 when somebody else was quicker
local thread, record, identity_ttl = ARGV[3], ARGV[4], ARGV[5]
if redis.call('LREM', base .. 'aside', 1, record) == 0 then return 0 end
for i = 6, #ARGV, 3 do
  redis.call('SET', seen_key(thread, ARGV[i]), 'waiting', 'EX', identity_ttl)
  redis.call('ZADD', key('box', thread), ARGV[i + 1], ARGV[i])
  redis.call('HSET', key('items', thread), ARGV[i], ARGV[i + 2])
end
if redis.call('ZADD', due(thread), 'NX', now, thread) == 1 then make_due(thread, now) end
return 1
