-- Remember what was written in a thread before the bot was called there; what is known already wins.
-- ARGV: thread, seconds history is kept, most history entries, (id, time in us, entry JSON)...
local thread, keep, most = ARGV[3], ARGV[4], tonumber(ARGV[5])
local order, said = key('order', thread), key('said', thread)
for i = 6, #ARGV, 3 do
  if redis.call('HSETNX', said, ARGV[i], ARGV[i + 2]) == 1 then
    redis.call('ZADD', order, ARGV[i + 1], ARGV[i])
  end
end
redis.call('HSET', key('meta', thread), 'primed', '1')
remember(thread, 1, 0, keep, most)
return 1
