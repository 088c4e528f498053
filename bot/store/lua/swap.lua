-- Replace or delete a value, only if it still is what was read. ARGV: name, read, new ('' = delete)
local name = base .. ARGV[3]
if redis.call('GET', name) ~= ARGV[4] then return 0 end
if ARGV[5] == '' then redis.call('DEL', name) else redis.call('SET', name, ARGV[5]) end
return 1
