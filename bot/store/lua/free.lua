-- Make the threads of dead owners due at once.
-- ARGV: owner...; without any: return the owners that hold leases
local owners, freed, held = {}, 0, {}
for i = 3, #ARGV do owners[ARGV[i]] = true end
local all = redis.call('HGETALL', leases)
for i = 1, #all, 2 do
  local owner = string.match(all[i + 1], '|(.*)$')
  held[#held + 1] = owner
  if owners[owner] then
    redis.call('HDEL', leases, all[i])
    make_due(all[i], now)
    freed = freed + 1
  end
end
if #ARGV == 2 then return held end
return freed
