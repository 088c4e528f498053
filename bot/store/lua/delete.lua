-- Purge a message from the mailbox and from history. One that comes only later is not answered.
-- ARGV: thread, message id, seconds an identity is kept
local thread, id = ARGV[3], ARGV[4]

local function list(values)
  return type(values) == 'table' and #values > 0 and cjson.encode(values) or '[]'
end

-- What is left of an answer of several messages whose first is deleted: where it stands and whose
-- question it answered, so that it can be given anew, and not a word of it.
local function husk(raw)
  local readable, record = pcall(cjson.decode, raw)
  local entry = readable and type(record) == 'table' and record.v == 1 and record.entry
  -- As it is written: a number of so many digits would be rounded here.
  local at = string.match(raw, '"at":(%d+)')
  if type(entry) ~= 'table' or entry.role ~= 'bot' or not at then return nil end
  if type(entry.parts) ~= 'table' or #entry.parts < 2 then return nil end
  return '{"v":1,"entry":{"id":' .. cjson.encode(id) .. ',"role":"bot","text":"","at":' .. at
    .. ',"author":' .. cjson.encode(entry.author or '') .. ',"asked_by":' .. list(entry.asked_by)
    .. ',"parts":' .. list(entry.parts) .. '}}'
end

local item, items = 'm:' .. id, key('items', thread)
local done = 'nothing'
if redis.call('HEXISTS', items, item) == 1 then
  if in_running_batch(thread, item) then
    -- Something of its answer may be visible: the next attempt takes that away.
    redis.call('HSET', items, item .. '~', 'D')
    tell_worker(thread, 'amended')
  else
    redis.call('ZREM', key('box', thread), item)
    redis.call('HDEL', items, item, item .. '~')
  end
  done = 'done'
end
redis.call('SET', seen_key(thread, item), 'done', 'EX', ARGV[5])
redis.call('DEL', early_key(thread, id))
local said = redis.call('HGET', key('said', thread), id)
if said then
  spoil_summary(thread, id)
  local left = husk(said)
  redis.call('HDEL', key('said', thread), id, id .. '~')
  if left then
    redis.call('HSET', key('said', thread), id, left)
  else
    redis.call('ZREM', key('order', thread), id)
  end
  done = 'done'
end
return done
