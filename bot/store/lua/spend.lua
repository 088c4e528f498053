-- Count a person's turn in the current hour, unless their allowance is used up.
-- ARGV: most turns an hour (0 = any), most tokens a day (0 = any)
-- Returns {'ok' | 'turns' | 'tokens', ms until the allowance opens again}
local turns_most, tokens_most = tonumber(ARGV[3]), tonumber(ARGV[4])
local hour, day = base .. 'turns', base .. 'tokens'
local function left(name) return math.max(redis.call('PTTL', name), 1) end
if tokens_most > 0 and tonumber(redis.call('GET', day) or '0') >= tokens_most then
  return { 'tokens', left(day) }
end
if turns_most > 0 and tonumber(redis.call('GET', hour) or '0') >= turns_most then
  return { 'turns', left(hour) }
end
redis.call('INCR', hour)
if redis.call('PTTL', hour) < 0 then redis.call('PEXPIRE', hour, 3600000) end
return { 'ok', 0 }
