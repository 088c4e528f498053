-- Purge a message from the mailbox and from history. One that comes only later is not answered.
-- ARGV: thread, message id, seconds an identity is kept
local thread, id = ARGV[3], ARGV[4]
local item, items = 'm:' .. id, key('items', thread)
local done = 'nothing'
if redis.call('HEXISTS', items, item) == 1 then
  if in_running_batch(thread, item) then
    -- Something of its answer may be visible: the next attempt takes that away.
    redis.call('HSET', items, item .. '~', 'D')
    tell_worker(thread, 'amended')
  else
    redis.call('ZREM', key('box', thread), item)
    redis.call('HDEL', items, item, item .. '~')
  end
  done = 'done'
end
redis.call('SET', seen_key(thread, item), 'done', 'EX', ARGV[5])
if redis.call('HEXISTS', key('said', thread), id) == 1 then
  spoil_summary(thread, id)
  redis.call('ZREM', key('order', thread), id)
  redis.call('HDEL', key('said', thread), id, id .. '~')
  done = 'done'
end
return done
