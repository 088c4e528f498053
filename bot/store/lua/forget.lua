-- Forget a thread at once, or only one person's part of it: what they wrote and what only they were
-- answered. A turn that runs will not be remembered. ARGV: thread, author id ('' = all of it)
local thread, author = ARGV[3], ARGV[4]
local order, said, meta = key('order', thread), key('said', thread), key('meta', thread)
local before = redis.call('ZCARD', order)
if author == '' then
  redis.call('DEL', order, said)
else
  for _, id in ipairs(redis.call('ZRANGE', order, 0, -1)) do
    local entry = cjson.decode(redis.call('HGET', said, id) or '{"entry":{}}').entry
    local theirs = entry.author_id == author
    local asked = entry.asked_by
    if type(asked) == 'table' and #asked == 1 and asked[1] == author then theirs = true end
    if theirs then
      redis.call('ZREM', order, id)
      redis.call('HDEL', said, id, id .. '~')
    end
  end
end
redis.call('HDEL', meta, 'summary', 'summary_upto')
if redis.call('EXISTS', meta) == 1 then redis.call('HSET', meta, 'primed', '1') end
if redis.call('EXISTS', key('turn', thread)) == 1 then
  redis.call('HSET', key('turn', thread), 'forget', '1')
end
return before - redis.call('ZCARD', order)
