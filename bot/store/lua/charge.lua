-- Add what a turn cost to a person's day, which begins with the first. ARGV: tokens, ms of a day
local day = base .. 'tokens'
redis.call('INCRBY', day, ARGV[3])
if redis.call('PTTL', day) < 0 then redis.call('PEXPIRE', day, ARGV[4]) end
return 1
