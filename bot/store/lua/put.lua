-- De-duplicate and append, before the platform is told "received".
-- ARGV: thread, item, time in us, value, relevance, cap, seconds an identity is kept,
--       seconds history is kept, most history entries, entry JSON (for what is only overheard),
--       what it says of its files: '2' has some, '1' has none, '0' cannot know;
--       '1' when nothing older can stand in the thread,
--       seconds in which the call into a thread may come behind what followed it,
--       most threads that count as lately followed, and for how many seconds they do
local thread, item, at, value, relevance = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local cap, identity_ttl, keep, most = tonumber(ARGV[8]), ARGV[9], ARGV[10], tonumber(ARGV[11])
local entry, files, begins, passed_ttl = ARGV[12], ARGV[13], ARGV[14], ARGV[15]
local most_followed, followed_ttl = tonumber(ARGV[16]), ARGV[17]
local box, items, meta = key('box', thread), key('items', thread), key('meta', thread)
local seen = seen_key(thread, item)

-- After an absence the threads in which something was said last are read for what was missed.
local function follow()
  if string.sub(item, 1, 2) ~= 'm:' then return end
  local followed = base .. 'followed:' .. string.match(thread, '^[^/]*/[^/]*')
  redis.call('ZADD', followed, now, thread)
  redis.call('ZREMRANGEBYRANK', followed, 0, -most_followed - 1)
  redis.call('EXPIRE', followed, followed_ttl)
end

-- What was edited before it came reads as it was edited.
local function amend(hash, field)
  if string.sub(item, 1, 2) ~= 'm:' then return end
  local early = early_key(thread, string.sub(item, 3))
  local change = redis.call('GET', early)
  if not change then return end
  redis.call('HSET', hash, field .. '~', change)
  redis.call('DEL', early)
end

local state = redis.call('GET', seen)
-- What was only overheard may be called to us by an edit that names us.
if state == 'done' or (state == 'heard' and relevance ~= 'direct') then return 'known' end
if state and state ~= 'heard' then
  -- One message may come as two events of which only one knows its files.
  local before = files ~= '0' and redis.call('HGET', items, item)
  if before and string.sub(before, 2, 2) == '0' then
    local running = in_running_batch(thread, item)
    if files == '2' or not running then redis.call('HSET', items, item, value) end
    if files == '2' and running then tell_worker(thread, 'amended') end
  end
  if redis.call('ZADD', due(thread), 'NX', now, thread) == 1 then make_due(thread, now) end
  return 'known'
end

local joined = redis.call('HGET', meta, 'joined') == '1'
local since = tonumber(redis.call('HGET', meta, 'since') or '0')
-- What was written before the bot was called, and only arrives later, was not for it either: the
-- thread is read then. But events overtake each other: when the call was first sent the store may
-- have been away. Of what is dropped its time is noted, so that the late call knows what to read.
local passed = key('passed', thread)
if relevance ~= 'direct' and (not joined or tonumber(at) < since) then
  if tonumber(at) > tonumber(redis.call('GET', passed) or '0') then
    redis.call('SET', passed, at, 'EX', passed_ttl)
  end
  return 'dropped'
end
if relevance == 'overheard' then
  local id = string.sub(item, 3)
  redis.call('SET', seen, 'heard', 'EX', identity_ttl)
  local order, said = key('order', thread), key('said', thread)
  redis.call('ZADD', order, at, id)
  redis.call('HSET', said, id, entry)
  amend(said, id)
  remember(thread, 1, 0, keep, most)
  follow()
  return 'remembered'
end

if redis.call('ZCARD', box) >= cap then
  redis.call('SET', seen, 'done', 'EX', identity_ttl)
  redis.call('HINCRBY', meta, 'overflow', 1)
  redis.call('EXPIRE', meta, keep)
  return 'full'
end
if state == 'heard' then -- it stands in the batch now, and comes back with the answer
  local id = string.sub(item, 3)
  redis.call('ZREM', key('order', thread), id)
  redis.call('HDEL', key('said', thread), id, id .. '~')
end
redis.call('SET', seen, 'waiting', 'EX', identity_ttl)
redis.call('ZADD', box, at, item)
redis.call('HSET', items, item, value)
amend(items, item)
redis.call('HSET', meta, 'joined', '1')
if since == 0 or tonumber(at) < since then redis.call('HSET', meta, 'since', at) end
if begins == '1' then redis.call('HSET', meta, 'primed', '1') end
local overtaken = relevance == 'direct' and (not joined or tonumber(at) < since)
if overtaken and tonumber(redis.call('GET', passed) or '0') > tonumber(at) then
  redis.call('HSET', meta, 'missed:' .. at, '1')
end
redis.call('EXPIRE', meta, keep)
follow()
-- A leased thread keeps its score: its worker looks again when it finishes.
if redis.call('ZADD', due(thread), 'NX', now, thread) == 1 then make_due(thread, now) end
return 'stored'
