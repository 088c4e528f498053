-- Purge a message from the mailbox and from history. ARGV: thread, message id
local thread, id = ARGV[3], ARGV[4]
local item, items = 'm:' .. id, key('items', thread)
local done = 'nothing'
if redis.call('HEXISTS', items, item) == 1 then
  if in_running_batch(thread, item) and redis.call('HEXISTS', leases, thread) == 1 then
    redis.call('HSET', items, item .. '~', 'D')
    tell_worker(thread, 'amended')
  else
    redis.call('ZREM', key('box', thread), item)
    redis.call('HDEL', items, item, item .. '~')
  end
  done = 'done'
end
if redis.call('HEXISTS', key('said', thread), id) == 1 then
  spoil_summary(thread, id)
  redis.call('ZREM', key('order', thread), id)
  redis.call('HDEL', key('said', thread), id, id .. '~')
  done = 'done'
end
return done
