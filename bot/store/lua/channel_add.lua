-- Add a message to a channel, or to the thread under one of its messages, once.
-- ARGV: id, channel, thread ('' = none), at in microseconds, author, meta, text, body of the event,
--       seconds to keep, most events in the log
-- Returns 1 = added, 0 = it was there, -1 = the thread's root is gone
local id, channel, thread, at, author = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local keep, most = ARGV[11], ARGV[12]
local message, root = key('message', id), key('message', thread)
local index = thread == '' and key('channel', channel) or key('thread', thread)
if redis.call('EXISTS', message) == 1 then return 0 end
if thread ~= '' and redis.call('EXISTS', root) == 0 then return -1 end
redis.call('HSET', message, 'meta', ARGV[8], 'text', ARGV[9], 'rev', 1)
redis.call('EXPIRE', message, keep)
redis.call('ZADD', index, at, id)
redis.call('ZREMRANGEBYSCORE', index, '-inf', (now - keep * 1000) * 1000)
redis.call('EXPIRE', index, keep)
local root_rev, people, replies = '', '', ''
if thread ~= '' then
  people = redis.call('HGET', root, 'people') or ''
  if not string.find(',' .. people .. ',', ',' .. author .. ',', 1, true) then
    people = people == '' and author or people .. ',' .. author
    redis.call('HSET', root, 'people', people)
  end
  root_rev = redis.call('HINCRBY', root, 'rev', 1)
  replies = redis.call('ZCARD', index)
  redis.call('EXPIRE', root, keep)
end
redis.call('XADD', base .. 'log', 'MAXLEN', '~', most, '*', 'kind', 'new', 'id', id,
  'channel', channel, 'thread', thread, 'rev', 1, 'body', ARGV[10],
  'root_rev', root_rev, 'people', people, 'replies', replies, 'last', at)
return 1
