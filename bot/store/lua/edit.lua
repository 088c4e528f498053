-- Lay an edit over the waiting item or the remembered entry with this message id.
-- The newest edit wins, in whatever order they arrive; of one moment (a platform may count in
-- seconds) the last that arrives. ARGV: thread, message id, time of the edit in us, JSON
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
return done
