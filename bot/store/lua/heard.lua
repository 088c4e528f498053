-- Note that somebody listens, and hand out what was missed while nobody did: to one process only.
-- ARGV: owner, ms of silence that count as an absence, ms for which a claim lasts, seconds all of it
--       is kept, the workspaces that are listened to...
local owner, quiet, lasts, keep = ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local state, known, claim = base .. 'state', base .. 'workspaces', base .. 'claim'

local at = tonumber(redis.call('HGET', state, 'at') or '')
if at and now - at > quiet then
  redis.call('HSETNX', state, 'since', at) -- an older absence that is not caught up with counts on
  redis.call('HINCRBY', state, 'absences', 1)
end
redis.call('HSET', state, 'at', now)
-- What was said before a workspace was known is old history there.
for i = 7, #ARGV do redis.call('HSETNX', known, ARGV[i], now) end
redis.call('EXPIRE', state, keep)
redis.call('EXPIRE', known, keep)

local since = redis.call('HGET', state, 'since')
local holder = redis.call('GET', claim)
if not since or (holder and holder ~= owner) then return false end
redis.call('SET', claim, owner, 'PX', lasts)
if holder then return false end -- it is at it already
return { since, redis.call('HGET', state, 'absences'), redis.call('HGETALL', known) }
