-- Change a message; the change, its rev and its event are one step.
-- ARGV: id, channel, thread, body of the event, most events in the log,
--       guard field ('' = none), guard value, text to append ('' = none), then field, value pairs
-- Returns the new rev, 0 = the guard field holds that value already, -1 = no such message
local id, guard = ARGV[3], ARGV[8]
local message = key('message', id)
if redis.call('EXISTS', message) == 0 then return -1 end
if guard ~= '' and redis.call('HGET', message, guard) == ARGV[9] then return 0 end
local rev = redis.call('HINCRBY', message, 'rev', 1)
if ARGV[10] ~= '' then
  redis.call('HSET', message, 'text', (redis.call('HGET', message, 'text') or '') .. ARGV[10])
end
for i = 11, #ARGV, 2 do redis.call('HSET', message, ARGV[i], ARGV[i + 1]) end
redis.call('XADD', base .. 'log', 'MAXLEN', '~', ARGV[7], '*', 'kind', 'update', 'id', id,
  'channel', ARGV[4], 'thread', ARGV[5], 'rev', rev, 'body', ARGV[6])
return rev
