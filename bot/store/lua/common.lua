-- Set before every script. Keys are derived from the partition's base: all share its slot.
-- ARGV[1] is the base, ARGV[2] the time in ms ('' = the server's own clock, so that processes
-- whose clocks differ still agree on a lease's end).
local base = ARGV[1]
local now = tonumber(ARGV[2])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local leases = base .. 'leases'

-- Due threads and second looks stand apart by platform: a process takes only those that it can
-- answer.
local function platform(thread) return string.match(thread, '^[^/]*') end
local function due(thread) return base .. 'due:' .. platform(thread) end

local function key(kind, thread) return base .. kind .. ':' .. thread end

-- An identity lives as long as its platform may deliver the event again.
local function seen_key(thread, item)
  return base .. 'seen:' .. string.match(thread, '^(.*)/[^/]*$') .. ':' .. item
end

-- Where an edit waits that was told before its message.
local function early_key(thread, id) return key('early', thread) .. ':' .. id end

local function owns(thread, fence)
  local lease = redis.call('HGET', leases, thread)
  return lease and string.match(lease, '^(%d+)|') == fence
end

-- Give a thread to whoever takes first, now or later, and say so: a look tells when to look again.
local function make_due(thread, at)
  redis.call('ZADD', due(thread), at, thread)
  redis.call('PUBLISH', 'parley:wake', string.match(base, '{(%d+)}'))
end

-- Write history entries: triples of id, time in microseconds, JSON.
local function remember(thread, first, last, keep, most)
  local order, said = key('order', thread), key('said', thread)
  for i = first, last, 3 do
    redis.call('ZADD', order, ARGV[i + 1], ARGV[i])
    redis.call('HSET', said, ARGV[i], ARGV[i + 2])
  end
  local surplus = redis.call('ZCARD', order) - most
  if surplus > 0 then
    for _, id in ipairs(redis.call('ZRANGE', order, 0, surplus - 1)) do
      redis.call('HDEL', said, id, id .. '~')
    end
    redis.call('ZREMRANGEBYRANK', order, 0, surplus - 1)
  end
  for _, kind in ipairs({ 'order', 'said', 'meta', 'rated' }) do
    redis.call('EXPIRE', key(kind, thread), keep)
  end
end

-- A summary that is being made now was made from what stood there before: it must not be kept.
local function outdate_summaries(thread)
  local meta = key('meta', thread)
  if redis.call('EXISTS', meta) == 1 then redis.call('HINCRBY', meta, 'epoch', 1) end
end

-- A later edit of a summarised message makes the summary a lie: it is made anew when needed.
local function spoil_summary(thread, id)
  local at = redis.call('ZSCORE', key('order', thread), id)
  local upto = redis.call('HGET', key('meta', thread), 'summary_upto')
  if at and upto and tonumber(at) <= tonumber(upto) then
    redis.call('HDEL', key('meta', thread), 'summary', 'summary_upto')
  end
  outdate_summaries(thread)
end

local function in_running_batch(thread, item)
  local batch = redis.call('HGET', key('turn', thread), 'batch')
  if not batch then return false end
  for _, id in ipairs(cjson.decode(batch)) do
    if id == item then return true end
  end
  return false
end

local function tell_worker(thread, flag)
  redis.call('HINCRBY', key('turn', thread), flag, 1)
  redis.call('PUBLISH', 'parley:control', thread)
end
