-- Keep a summary of everything up to a time, unless another was kept meanwhile.
-- ARGV: thread, time in us that the summary it grew from reached ('0' = none), new time, summary
local thread, from, upto, summary = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local meta = key('meta', thread)
if (redis.call('HGET', meta, 'summary_upto') or '0') ~= from then return 0 end
redis.call('HSET', meta, 'summary', summary, 'summary_upto', upto)
return 1
