-- What is looked at now and then. A record that has changed since it was taken is another's.
-- ARGV: base, now, then one of
--   'put', id, ms to wait, record, seconds it is kept, most in all
--   'take', ms until it comes back, most of them
--   'wait', id, ms to wait, record, the record that was taken
--   'drop', id, the record that was taken
local how = ARGV[3]
local due, records = base .. 'due', base .. 'records'

if how == 'put' then
  local id = ARGV[4]
  if redis.call('HEXISTS', records, id) == 0 and redis.call('HLEN', records) >= tonumber(ARGV[8])
  then return {} end
  redis.call('ZADD', due, now + ARGV[5], id)
  redis.call('HSET', records, id, ARGV[6])
  for _, name in ipairs({ due, records }) do redis.call('EXPIRE', name, ARGV[7]) end
  return {}
end

if how == 'take' then
  local taken = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[5])) do
    redis.call('ZADD', due, now + ARGV[4], id)
    taken[#taken + 1] = id
    taken[#taken + 1] = redis.call('HGET', records, id) or ''
  end
  return taken
end

local id = ARGV[4]
if redis.call('HGET', records, id) ~= ARGV[how == 'wait' and 7 or 5] then return {} end
if how == 'wait' then
  redis.call('ZADD', due, now + ARGV[5], id)
  redis.call('HSET', records, id, ARGV[6])
else
  redis.call('ZREM', due, id)
  redis.call('HDEL', records, id)
end
return {}
