-- One limit for one key, over one window: what is used, what is reserved, and by whom.
--
-- KEYS[1] a hash: uw, up (used), rw, rp (reserved), and o:<owner> (how much of "used" is that owner's)
-- KEYS[2] a sorted set of reservations, "<id>|<whole>|<pico>", by the millisecond in which they expire
-- ARGV    1 when the window ends, in milliseconds; 0 if there is none
--         2 how long a reservation lasts unless renewed, in milliseconds
--         3 owner, 4 and 5 all that it has settled in this window
--         6 how many reservations are over, 7 how many are alive, then these
--         and to take: the reservation, its amount (2), the most that may be taken (2), and 1 to take it in any case
--         and to take ahead: a second reservation, its amount (2), and the most that may be taken with it (2)
-- Returns "over" and the time if the window has ended; else "fits", "full" or "forced", the time, used (2), reserved (2),
-- and "1" if it was taken ahead.
--
-- A value that this script did not write counts as none.
--
-- Numbers in Lua are exact only up to 2^53. An amount is therefore two of them: whole units, and 10^-12 parts of one.
local PICO = 1000000000000

local function add(aw, ap, bw, bp)
  local p = ap + bp
  if p >= PICO then
    return aw + bw + 1, p - PICO
  end
  return aw + bw, p
end

local function subtract(aw, ap, bw, bp)
  local p = ap - bp
  if p < 0 then
    return aw - bw - 1, p + PICO
  end
  return aw - bw, p
end

local function exceeds(aw, ap, bw, bp)
  return aw > bw or (aw == bw and ap > bp)
end

local function text(n)
  return string.format('%.0f', n)
end

local function number(text)
  return text and #text < 17 and string.match(text, '^%d+$') and tonumber(text) or 0
end

local function amount(member)
  local w, p = string.match(member, '|(%d+)|(%d+)$')
  return number(w), math.min(number(p), PICO - 1)
end

-- Returns what is left of a sum; at least zero.
local function without(aw, ap, bw, bp)
  if exceeds(bw, bp, aw, ap) then
    return 0, 0
  end
  return subtract(aw, ap, bw, bp)
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ending, lease = tonumber(ARGV[1]), tonumber(ARGV[2])
if ending > 0 and now >= ending then
  return { 'over', text(now) }
end

local sums, reservations = KEYS[1], KEYS[2]
local owner = 'o:' .. ARGV[3]
local stored = redis.pcall('HMGET', sums, 'uw', 'up', 'rw', 'rp', owner)
if stored.err then
  if not string.find(stored.err, 'WRONGTYPE', 1, true) then
    return stored
  end
  redis.call('DEL', sums) -- something else was written there
  stored = {}
end
local uw, up = number(stored[1]), math.min(number(stored[2]), PICO - 1)
local rw, rp = number(stored[3]), math.min(number(stored[4]), PICO - 1)

-- A reservation that was not renewed belongs to a JVM that has died.
local expired = redis.pcall('ZRANGEBYSCORE', reservations, '-inf', now, 'LIMIT', 0, 500)
if expired.err then
  if not string.find(expired.err, 'WRONGTYPE', 1, true) then
    return expired
  end
  redis.call('DEL', reservations)
  expired, rw, rp = {}, 0, 0
end
for _, member in ipairs(expired) do
  local w, p = amount(member)
  rw, rp = without(rw, rp, w, p)
  redis.call('ZREM', reservations, member)
end

-- An owner reports its sum, not the difference, so a repeated report, or one after Redis lost the sum, does no harm.
local tw, tp = tonumber(ARGV[4]), tonumber(ARGV[5])
local mw, mp = string.match(stored[5] or '', '^(%d+)|(%d+)$')
mw, mp = number(mw), number(mp)
if exceeds(tw, tp, mw, mp) then
  local dw, dp = subtract(tw, tp, mw, mp)
  uw, up = add(uw, up, dw, dp)
  redis.call('HSET', sums, owner, text(tw) .. '|' .. text(tp))
end

local over, alive = tonumber(ARGV[6]), tonumber(ARGV[7])
for i = 8, 7 + over do
  if redis.call('ZREM', reservations, ARGV[i]) == 1 then
    local w, p = amount(ARGV[i])
    rw, rp = without(rw, rp, w, p)
  end
end
for i = 8 + over, 7 + over + alive do
  if redis.call('ZADD', reservations, now + lease, ARGV[i]) == 1 then
    local w, p = amount(ARGV[i])
    rw, rp = add(rw, rp, w, p)
  end
end

local status, isAhead = 'fits', '0'
local taking = 8 + over + alive
if ARGV[taking] then
  local w, p = tonumber(ARGV[taking + 1]), tonumber(ARGV[taking + 2])
  local sw, sp = add(uw, up, rw, rp)
  sw, sp = add(sw, sp, w, p)
  local full = (w > 0 or p > 0) and exceeds(sw, sp, tonumber(ARGV[taking + 3]), tonumber(ARGV[taking + 4]))
  if full then
    status = ARGV[taking + 5] == '1' and 'forced' or 'full'
  end
  if status ~= 'full' and redis.call('ZADD', reservations, now + lease, ARGV[taking]) == 1 then
    rw, rp = add(rw, rp, w, p)
  end
  local ahead = taking + 6
  if status == 'fits' and ARGV[ahead] then
    local aw, ap = tonumber(ARGV[ahead + 1]), tonumber(ARGV[ahead + 2])
    sw, sp = add(sw, sp, aw, ap)
    if not exceeds(sw, sp, tonumber(ARGV[ahead + 3]), tonumber(ARGV[ahead + 4])) then
      redis.call('ZADD', reservations, now + lease, ARGV[ahead])
      rw, rp = add(rw, rp, aw, ap)
      isAhead = '1'
    end
  end
end

redis.call('HSET', sums, 'uw', text(uw), 'up', text(up), 'rw', text(rw), 'rp', text(rp))
local last = ending > 0 and ending or now + 2 * lease
redis.call('PEXPIREAT', sums, text(last))
redis.call('PEXPIREAT', reservations, text(last))
return { status, text(now), text(uw), text(up), text(rw), text(rp), isAhead }
