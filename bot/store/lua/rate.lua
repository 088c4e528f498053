-- Keep what a person thinks of an answer; tells whether that is new.
-- ARGV: thread, answer and reply, person, value, seconds to keep
local thread, value = ARGV[3], ARGV[6]
local rated, field = key('rated', thread), ARGV[4] .. '/' .. ARGV[5]
local before = redis.call('HGET', rated, field) or '0'
redis.call('HSET', rated, field, value)
redis.call('EXPIRE', rated, ARGV[7])
return before ~= value and 1 or 0
