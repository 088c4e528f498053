-- Remove a message. One with replies under it stays as an empty line until they are gone too.
-- ARGV: id, channel, thread, meta of the empty line, body of its event, most events in the log
-- Returns 2 = an empty line stays, 1 = gone, 0 = there was none
local id, channel, thread = ARGV[3], ARGV[4], ARGV[5]
local message, root = key('message', id), key('message', thread)

local function tell(kind, name, place, rev, body, ...)
  redis.call('XADD', base .. 'log', 'MAXLEN', '~', ARGV[8], '*', 'kind', kind, 'id', name,
    'channel', channel, 'thread', place, 'rev', rev, 'body', body, ...)
end

if redis.call('EXISTS', message) == 0 then return 0 end
if thread == '' and redis.call('ZCARD', key('thread', id)) > 0 then
  redis.call('HSET', message, 'meta', ARGV[6], 'text', '', 'waiting', 0, 'deleted', 1)
  tell('update', id, '', redis.call('HINCRBY', message, 'rev', 1), ARGV[7])
  return 2
end
redis.call('DEL', message)
local index = thread == '' and key('channel', channel) or key('thread', thread)
redis.call('ZREM', index, id)
if thread == '' then
  tell('gone', id, '', 0, '{}')
  return 1
end
local replies = redis.call('ZCARD', index)
if replies == 0 and redis.call('HGET', root, 'deleted') == '1' then
  redis.call('DEL', root)
  redis.call('ZREM', key('channel', channel), thread)
  tell('gone', id, thread, 0, '{}')
  tell('gone', thread, '', 0, '{}')
  return 1
end
if redis.call('EXISTS', root) == 0 then
  tell('gone', id, thread, 0, '{}')
  return 1
end
if replies == 0 then redis.call('HDEL', root, 'people') end
tell('gone', id, thread, 0, '{}', 'root_rev', redis.call('HINCRBY', root, 'rev', 1),
  'people', redis.call('HGET', root, 'people') or '', 'replies', replies,
  'last', redis.call('ZREVRANGE', index, 0, 0, 'WITHSCORES')[2] or 0)
return 1
