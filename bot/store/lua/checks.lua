-- Take the checks that are due; each comes back once more after a minute unless it is removed.
-- ARGV: most
local due_checks = redis.call('ZRANGEBYSCORE', base .. 'checks', '-inf', now, 'LIMIT', 0, ARGV[3])
for _, check in ipairs(due_checks) do
  redis.call('ZADD', base .. 'checks', now + 60000, check)
end
return due_checks
