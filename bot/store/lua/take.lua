-- Lease due threads, oldest first, and freeze each one's batch.
-- ARGV: owner, lease in ms, most threads, most events in a batch, ms between the third attempt and
--       the fourth, ms between later ones, platform...
-- Returns the threads, and the ms until the next of the others is due ('' = none is)
local owner, lease, most, batch_cap = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local third_pause, later_pause = tonumber(ARGV[7]), tonumber(ARGV[8])
local taken = {}

local function freeze(thread)
  local items, turn = key('items', thread), key('turn', thread)
  local batch, frozen = {}, redis.call('HGET', turn, 'batch')
  if frozen then
    for _, item in ipairs(cjson.decode(frozen)) do
      if redis.call('HEXISTS', items, item) == 1 then batch[#batch + 1] = item end
    end
    if #batch > 0 then return batch end
    redis.call('DEL', turn) -- every message of it was deleted
  end
  local askers, known = {}, {}
  for _, item in ipairs(redis.call('ZRANGE', key('box', thread), 0, batch_cap - 1)) do
    local value = redis.call('HGET', items, item)
    if not value then
      redis.call('ZREM', key('box', thread), item)
    else
      local alone = string.sub(value, 1, 1) == 'a'
      if alone and #batch > 0 then break end
      batch[#batch + 1] = item
      local asker = string.match(value, '^..([^\n]*)\n')
      if not known[asker] then
        known[asker] = true
        askers[#askers + 1] = asker
      end
      if alone then break end
    end
  end
  if #batch > 0 then
    redis.call('HSET', turn, 'batch', cjson.encode(batch), 'askers', cjson.encode(askers),
      'overflow', redis.call('HGET', key('meta', thread), 'overflow') or '0')
  end
  return batch
end

-- Deaths come in storms, in which most batches are innocent: one that has seen three of them is let
-- wait, so that the storm can pass before it counts as the cause.
local function pause_ends(thread)
  local fields = redis.call('HMGET', key('turn', thread), 'attempts', 'taken')
  local attempts = tonumber(fields[1] or '0')
  if attempts < 3 then return 0 end
  return tonumber(fields[2] or '0') + (attempts == 3 and third_pause or later_pause)
end

local function lease_to_owner(thread)
  local batch = freeze(thread)
  if #batch == 0 then
    redis.call('ZREM', due(thread), thread)
    redis.call('HDEL', leases, thread)
    redis.call('DEL', key('turn', thread))
  else
    local turn, items = key('turn', thread), key('items', thread)
    local fence = redis.call('INCR', base .. 'fence')
    redis.call('HINCRBY', turn, 'attempts', 1)
    redis.call('HINCRBY', turn, 'takes', 1)
    redis.call('HSET', turn, 'taken', now)
    redis.call('HSET', leases, thread, fence .. '|' .. owner)
    redis.call('ZADD', due(thread), now + lease, thread)
    local values = {}
    for _, item in ipairs(batch) do
      values[#values + 1] = item
      values[#values + 1] = redis.call('HGET', items, item)
      values[#values + 1] = redis.call('HGET', items, item .. '~') or ''
    end
    taken[#taken + 1] = { thread, tostring(fence), redis.call('HGETALL', turn), values }
  end
end

-- The longest waiting first, whatever its platform.
local waiting, next_at = {}, nil
for i = 9, #ARGV do
  local found = redis.call('ZRANGEBYSCORE', base .. 'due:' .. ARGV[i], '-inf', now,
    'WITHSCORES', 'LIMIT', 0, most)
  for j = 1, #found, 2 do waiting[#waiting + 1] = { found[j], tonumber(found[j + 1]) } end
end
table.sort(waiting, function(one, other) return one[2] < other[2] end)
for i = 1, math.min(most, #waiting) do
  local thread = waiting[i][1]
  local ends = pause_ends(thread)
  if ends > now then redis.call('ZADD', due(thread), ends, thread) else lease_to_owner(thread) end
end

for i = 9, #ARGV do
  local first = redis.call('ZRANGE', base .. 'due:' .. ARGV[i], 0, 0, 'WITHSCORES')[2]
  if first and (not next_at or tonumber(first) < next_at) then next_at = tonumber(first) end
end
return { taken, next_at and tostring(math.max(0, next_at - now)) or '' }
