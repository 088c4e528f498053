-- Follow a thread that an answer has opened, and later remember that answer there with its question.
-- What is known of them already is replaced: it may have been read while the answer still grew.
-- ARGV: thread, seconds history is kept, most history entries, (id, time in us, entry JSON)...
local thread, keep, most = ARGV[3], ARGV[4], tonumber(ARGV[5])
local meta = key('meta', thread)
if ARGV[6] then -- the end of what was opened before; somebody may have sent the bot away meanwhile
  redis.call('HSET', meta, 'primed', '1')
  remember(thread, 6, #ARGV, keep, most)
else
  redis.call('HSET', meta, 'joined', '1')
  redis.call('EXPIRE', meta, keep)
end
return 1
