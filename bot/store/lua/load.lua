-- Read the newest entries that fit into so many bytes, and what is known of the thread.
-- The cost follows what is returned, never the thread's length. ARGV: thread, most bytes, most entries
local thread, bytes, most = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local order, said = key('order', thread), key('said', thread)
local entries, size, from = {}, 0, 0
while from < most do
  local ids = redis.call('ZREVRANGE', order, from, math.min(from + 49, most - 1))
  if #ids == 0 then break end
  local full = false
  for _, id in ipairs(ids) do
    local values = redis.call('HMGET', said, id, id .. '~')
    if values[1] then
      size = size + #values[1] + #(values[2] or '')
      if size > bytes and #entries > 0 then
        full = true
        break
      end
      entries[#entries + 1] = values[1]
      entries[#entries + 1] = values[2] or ''
    end
  end
  if full then break end
  from = from + 50
end
-- In one piece: a client reads hundreds of small answers far more slowly. JSON holds no raw \30.
local joined = table.concat(entries, '\30')
return { redis.call('HGETALL', key('meta', thread)), joined, redis.call('ZCARD', order) }
