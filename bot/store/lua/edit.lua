-- Lay an edit over the waiting item or the remembered entry with this message id.
-- The newest edit wins, in whatever order they arrive; of one moment (a platform may count in
-- seconds) the last that arrives. One that comes before its message is kept for it, where the
-- message would be kept. ARGV: thread, message id, time of the edit in us, JSON, '1' when the
-- message is for the bot, seconds it is kept for a message that has not come
local thread, id, at, change = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local done = 'nothing'

local function lay(hash, field)
  if redis.call('HEXISTS', hash, field) == 0 then return false end
  local known = redis.call('HGET', hash, field .. '~')
  local before = known and tonumber(string.match(known, '^E(%d+)|'))
  if known and (not before or before > tonumber(at)) then return false end
  redis.call('HSET', hash, field .. '~', 'E' .. at .. '|' .. change)
  done = 'done'
  return true
end

if lay(key('items', thread), 'm:' .. id) and in_running_batch(thread, 'm:' .. id) then
  tell_worker(thread, 'amended')
end
if lay(key('said', thread), id) then spoil_summary(thread, id) end
if done == 'nothing' and redis.call('EXISTS', seen_key(thread, 'm:' .. id)) == 0 then
  if ARGV[7] == '1' or redis.call('HGET', key('meta', thread), 'joined') == '1' then
    local known = redis.call('GET', early_key(thread, id))
    local before = known and tonumber(string.match(known, '^E(%d+)|'))
    if not before or before <= tonumber(at) then
      redis.call('SET', early_key(thread, id), 'E' .. at .. '|' .. change, 'EX', ARGV[8])
    end
  end
end
return done
