-- Keep a file for a while, and only so many of them.
-- ARGV: id, record, seconds to keep, most files
local id, keep, most = ARGV[3], ARGV[5], tonumber(ARGV[6])
local order = base .. 'files'
redis.call('SET', key('file', id), ARGV[4], 'EX', keep)
-- A count and not the time: many files fit into a millisecond.
redis.call('ZADD', order, redis.call('INCR', base .. 'files-ever'), id)
redis.call('EXPIRE', order, keep)
for _, old in ipairs(redis.call('ZRANGE', order, 0, -1 - most)) do
  redis.call('DEL', key('file', old))
  redis.call('ZREM', order, old)
end
return 1
