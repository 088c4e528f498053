-- Give back the claim on what was missed; done with, unless there was another absence meanwhile.
-- ARGV: owner, the number of absences it was handed out for ('' = it is to be tried again)
local state, claim = base .. 'state', base .. 'claim'
if redis.call('GET', claim) ~= ARGV[3] then return 0 end
redis.call('DEL', claim)
if redis.call('HGET', state, 'absences') == ARGV[4] then redis.call('HDEL', state, 'since') end
return 1
