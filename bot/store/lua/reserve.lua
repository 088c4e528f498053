-- Take a slot in every window of a write, or say when one comes free.
-- A window is a set of grants scored by their time in ms; some lie in the future: they are reserved.
-- A grant is allowed where fewer than N others lie within a window's length of it, before and after.
-- ARGV: '1' = reserve the next slot, '0' = only one that is free now; two names for pauses;
--       (window's name, N, length in ms, slots kept for reservations)...
local waiting = ARGV[3] == '1'
local at = now
for _, name in ipairs({ ARGV[4], ARGV[5] }) do
  at = math.max(at, tonumber(redis.call('GET', base .. 'pause:' .. name) or '0'))
end

-- The earliest time from `at` on at which one window has room.
local function room(name, most, length)
  while true do
    local from, to = '(' .. (at - length), '(' .. (at + length)
    local taken = redis.call('ZCOUNT', name, from, to)
    if taken < most then return at end
    -- From then on at most N - 1 of these are near.
    local last = redis.call('ZRANGEBYSCORE', name, from, to, 'WITHSCORES', 'LIMIT', taken - most, 1)
    at = tonumber(last[2]) + length
  end
end

local settled
repeat
  settled = at
  for i = 6, #ARGV, 4 do
    local most = tonumber(ARGV[i + 1])
    if not waiting then most = math.max(most - tonumber(ARGV[i + 3]), 1) end
    at = room(base .. 'window:' .. ARGV[i], most, tonumber(ARGV[i + 2]))
    if at > now and not waiting then return -1 end
  end
until at == settled
if at > now and not waiting then return -1 end

local grant = redis.call('INCR', base .. 'grants')
for i = 6, #ARGV, 4 do
  local name, length = base .. 'window:' .. ARGV[i], tonumber(ARGV[i + 2])
  redis.call('ZREMRANGEBYSCORE', name, '-inf', now - length)
  redis.call('ZADD', name, at, grant)
  redis.call('PEXPIRE', name, at - now + length)
end
return at - now
