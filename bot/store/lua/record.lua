-- Write fields of a turn, fenced. An empty name ends the fields to set; names after it are removed.
-- ARGV: thread, fence, (name, value)..., '', name...
local thread, fence = ARGV[3], ARGV[4]
if not owns(thread, fence) then return 0 end
local turn, i = key('turn', thread), 5
while ARGV[i] and ARGV[i] ~= '' do
  redis.call('HSET', turn, ARGV[i], ARGV[i + 1])
  i = i + 2
end
i = i + 1
while ARGV[i] do
  redis.call('HDEL', turn, ARGV[i])
  i = i + 1
end
return 1
