-- Read messages, oldest first: of a channel, of a thread (without its root), or by id.
-- ARGV: 'channel' | 'thread' | 'id', name, only those before this time (exclusive), most
-- Returns a list of {id, fields and values, replies under it, time of the newest of these}
local kind, name = ARGV[3], ARGV[4]
local ids = { name }
if kind ~= 'id' then
  ids = redis.call('ZREVRANGEBYSCORE', key(kind, name), '(' .. ARGV[5], '-inf', 'LIMIT', 0, ARGV[6])
end
local found = {}
for i = #ids, 1, -1 do
  local fields = redis.call('HGETALL', key('message', ids[i]))
  if #fields > 0 then
    local under = key('thread', ids[i])
    local last = redis.call('ZREVRANGE', under, 0, 0, 'WITHSCORES')[2] or '0'
    found[#found + 1] = { ids[i], fields, redis.call('ZCARD', under), last }
  end
end
return found
