-- Grant nothing for a while; of several pauses the longest holds. ARGV: name, ms
local pause = base .. 'pause:' .. ARGV[3]
local until_then = now + tonumber(ARGV[4])
if tonumber(redis.call('GET', pause) or '0') < until_then then
  redis.call('SET', pause, until_then, 'PX', ARGV[4])
end
return 1
