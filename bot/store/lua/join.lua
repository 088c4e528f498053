-- Follow a thread that an answer has opened, and remember that answer there with its question.
-- What is known of them already is replaced: it may have been read while the answer still grew.
-- ARGV: thread, seconds history is kept, most history entries, (id, time in us, entry JSON)...
local thread, keep, most = ARGV[3], ARGV[4], tonumber(ARGV[5])
local meta = key('meta', thread)
redis.call('HSET', meta, 'joined', '1')
if ARGV[6] then
  redis.call('HSET', meta, 'primed', '1')
  remember(thread, 6, #ARGV, keep, most)
else
  redis.call('EXPIRE', meta, keep)
end
return 1
