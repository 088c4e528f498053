-- Forget a thread at once, or only one person's part of it: what they wrote and what only they were
-- answered. A turn that runs will not be remembered: then there was something to forget in any case.
-- ARGV: thread, author id ('' = all of it)
local thread, author = ARGV[3], ARGV[4]
local order, said, meta = key('order', thread), key('said', thread), key('meta', thread)
local rated = key('rated', thread)
local before = redis.call('ZCARD', order)
if author == '' then
  redis.call('DEL', order, said, rated)
else
  for _, field in ipairs(redis.call('HKEYS', rated)) do
    if string.sub(field, -#author - 1) == '/' .. author then redis.call('HDEL', rated, field) end
  end
  for _, id in ipairs(redis.call('ZRANGE', order, 0, -1)) do
    -- What cannot be read goes too: nobody could tell whose it is.
    local readable, record = pcall(cjson.decode, redis.call('HGET', said, id) or '')
    local entry = readable and type(record) == 'table' and record.entry
    local asked = entry and entry.asked_by
    local only_them = type(asked) == 'table' and #asked == 1 and asked[1] == author
    if not entry or entry.author_id == author or only_them then
      redis.call('ZREM', order, id)
      redis.call('HDEL', said, id, id .. '~')
    end
  end
end
redis.call('HDEL', meta, 'summary', 'summary_upto')
outdate_summaries(thread)
-- Nothing older is read back from the platform: that would remember it all again.
if redis.call('EXISTS', meta) == 1 then redis.call('HSET', meta, 'primed', '1') end
local gone = before - redis.call('ZCARD', order)
if redis.call('EXISTS', key('turn', thread)) == 1 then
  redis.call('HSET', key('turn', thread), 'forget', '1')
  gone = math.max(gone, 1)
end
return gone
