-- Flag the running turn of a thread. ARGV: thread, author id, '1' when anybody's turn may be ended
local thread, author, anyone = ARGV[3], ARGV[4], ARGV[5]
local askers = redis.call('HGET', key('turn', thread), 'askers')
if not askers then return 'nothing' end
local allowed = anyone == '1'
for _, asker in ipairs(cjson.decode(askers)) do
  if asker == author then allowed = true end
end
if not allowed then return 'not_allowed' end
tell_worker(thread, 'stop')
return 'done'
