-- Remember in which threads of a channel, or in which channels, a person has asked.
-- ARGV: name of the set behind the base, thread or channel, seconds to keep
redis.call('SADD', base .. ARGV[3], ARGV[4])
redis.call('EXPIRE', base .. ARGV[3], ARGV[5])
return 1
