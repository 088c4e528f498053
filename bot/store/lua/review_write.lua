-- Write fields of one review, and let it live longer. Only `begin` makes one: what was purged stays
-- away. `once` keeps what stands there already; `count` counts a run.
-- ARGV: base, now, seconds it is kept, 'begin' | 'known' | 'once' | 'count', (field, value)...
local keep, how = ARGV[3], ARGV[4]
local record = base .. 'record'
if how ~= 'begin' and redis.call('EXISTS', record) == 0 then return 0 end
if how == 'count' then
  redis.call('HINCRBY', record, 'runs', 1)
end
for i = 5, #ARGV, 2 do
  redis.call(how == 'once' and 'HSETNX' or 'HSET', record, ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', record, keep)
return 1
