-- Take a slot in every window of a write, or say when one comes free.
-- A window is a set of grants scored by their time in ms; some lie in the future: they are reserved.
-- A grant is allowed where fewer than N others lie within a window's length of it, before and after.
-- A hold is a slot kept for a write whose time is not known yet: it counts as taken until it is
-- spent, and becomes a grant only then. One that nobody refreshes runs out.
-- ARGV: 'reserve' = the next free slot (or the held one), 'try' = only one that is free now,
--       'hold' = keep one; the names of the method, of the method in its channel and of the window
--       that it shares with others ('' = none), for pauses; the hold's id or ''; how long it lasts
--       in ms; (window's name, N, length in ms, slots kept for reservations, most holds)...
local mode, hold, lasting = ARGV[3], ARGV[7], tonumber(ARGV[8])
local holds = base .. 'holds:' .. ARGV[4]
local first, step = 9, 5
local at = now
for i = 4, ARGV[6] ~= '' and 6 or 5 do
  at = math.max(at, tonumber(redis.call('GET', base .. 'pause:' .. ARGV[i]) or '0'))
end
redis.call('ZREMRANGEBYSCORE', holds, '-inf', now)
local mine = hold ~= '' and redis.call('ZSCORE', holds, hold)

local function keep_hold()
  redis.call('ZADD', holds, now + lasting, hold)
  redis.call('PEXPIRE', holds, lasting)
end

if mine and mode ~= 'reserve' then keep_hold() end
if mine and mode == 'hold' then return 0 end
local spends = mine and mode == 'reserve'
if spends then redis.call('ZREM', holds, hold) end
local held = redis.call('ZCARD', holds)

-- How many grants lie too near to a time for more than `most - 1` of them.
local function near(name, length)
  return redis.call('ZCOUNT', name, '(' .. (at - length), '(' .. (at + length))
end

-- Move `at` to the earliest time from it on at which one window has room. Grants are only ever
-- added, so what was found full stays full: it is remembered until when, or each reservation would
-- walk the whole queue again.
local function room(name, most, length)
  local hint = name .. '/full/' .. most
  local full = math.max(now, tonumber(redis.call('GET', hint) or '0'))
  local whole = at <= full
  at = math.max(at, full)
  local taken = near(name, length)
  while taken >= most do
    -- From then on at most N - 1 of these are near.
    local last = redis.call('ZRANGEBYSCORE', name, '(' .. (at - length), '(' .. (at + length),
      'WITHSCORES', 'LIMIT', taken - most, 1)
    at = tonumber(last[2]) + length
    taken = near(name, length)
  end
  if whole and at > full then redis.call('SET', hint, at, 'PX', at - now) end
end

if mode ~= 'reserve' then
  if at > now then return -1 end
  for i = first, #ARGV, step do
    local most = tonumber(ARGV[i + 1]) - tonumber(ARGV[i + 3]) - held
    if mode == 'hold' and held >= tonumber(ARGV[i + 4]) then return -1 end
    local name, length = base .. 'window:' .. ARGV[i], tonumber(ARGV[i + 2])
    if near(name, length) >= math.max(most, 1) then return -1 end
  end
elseif not spends then
  local settled
  repeat
    settled = at
    for i = first, #ARGV, step do
      local most = math.max(tonumber(ARGV[i + 1]) - held, 1)
      room(base .. 'window:' .. ARGV[i], most, tonumber(ARGV[i + 2]))
    end
  until at == settled
end
if mode == 'hold' then
  keep_hold()
  return 0
end

local grant = redis.call('INCR', base .. 'grants')
redis.call('EXPIRE', base .. 'grants', 86400)
for i = first, #ARGV, step do
  local name, length = base .. 'window:' .. ARGV[i], tonumber(ARGV[i + 2])
  redis.call('ZREMRANGEBYSCORE', name, '-inf', now - length)
  redis.call('ZADD', name, at, grant)
  -- Kept as long as its last grant counts, which may be one reserved further off than this one.
  local last = tonumber(redis.call('ZREVRANGE', name, 0, 0, 'WITHSCORES')[2])
  redis.call('PEXPIRE', name, last - now + length)
end
return at - now
