-- End a turn: history, mailbox and lease in one step.
-- ARGV: thread, fence, seconds an identity is kept, seconds history is kept, most history entries,
--       ms until the second look ('' = none), its record, the set-aside record ('' = none),
--       how many messages that found no room the answer has spoken of, (id, time in us, entry JSON)...
local thread, fence, identity_ttl, keep, most = ARGV[3], ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
local look_in, look, set_aside, told = ARGV[8], ARGV[9], ARGV[10], tonumber(ARGV[11])
local looks_kept, aside_kept, aside_most = 86400, 30 * 86400, 100
if not owns(thread, fence) then return 0 end
local box, items, turn = key('box', thread), key('items', thread), key('turn', thread)
local order, said = key('order', thread), key('said', thread)

if redis.call('HGET', turn, 'forget') ~= '1' then
  remember(thread, 12, #ARGV, keep, most)
end
for _, item in ipairs(cjson.decode(redis.call('HGET', turn, 'batch') or '[]')) do
  -- What was edited or deleted while it was being answered is remembered that way.
  local overlay, id = redis.call('HGET', items, item .. '~'), string.sub(item, 3)
  if overlay and string.sub(overlay, 1, 1) == 'D' then
    redis.call('ZREM', order, id)
    redis.call('HDEL', said, id, id .. '~')
  elseif overlay and redis.call('HEXISTS', said, id) == 1 then
    redis.call('HSET', said, id .. '~', overlay)
  end
  redis.call('ZREM', box, item)
  redis.call('HDEL', items, item, item .. '~')
  redis.call('SET', seen_key(thread, item), 'done', 'EX', identity_ttl)
end
if look_in ~= '' then
  local looks = base .. 'checks:' .. platform(thread)
  redis.call('ZADD', looks, now + tonumber(look_in), thread .. '\n' .. look)
  redis.call('EXPIRE', looks, looks_kept)
end
if set_aside ~= '' then
  redis.call('LPUSH', base .. 'aside', set_aside)
  redis.call('LTRIM', base .. 'aside', 0, aside_most - 1)
  redis.call('EXPIRE', base .. 'aside', aside_kept)
end
redis.call('DEL', turn)
redis.call('HDEL', leases, thread)
if told > 0 and redis.call('HINCRBY', key('meta', thread), 'overflow', -told) <= 0 then
  redis.call('HDEL', key('meta', thread), 'overflow')
end
if redis.call('ZCARD', box) > 0 then
  make_due(thread, now)
else
  redis.call('ZREM', due(thread), thread)
  redis.call('DEL', items)
end
return 1
