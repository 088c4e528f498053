-- Keep a summary of everything up to a time, unless something in the thread was edited, deleted,
-- forgotten or summarised since the entries were read.
-- ARGV: thread, epoch that the entries were read at, time in us that the summary it grew from
--       reached ('0' = none), new time, summary
local thread, epoch, from, upto, summary = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local meta = key('meta', thread)
if redis.call('EXISTS', meta) == 0 then return 0 end
if (redis.call('HGET', meta, 'epoch') or '0') ~= epoch then return 0 end
if (redis.call('HGET', meta, 'summary_upto') or '0') ~= from then return 0 end
redis.call('HSET', meta, 'summary', summary, 'summary_upto', upto)
return 1
