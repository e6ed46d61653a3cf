-- One token bucket, which refills evenly: what is missing from it shrinks by "rate" with each nanosecond.
--
-- KEYS[1] what was missing and when: "<missing> <microseconds>"; a full bucket has no key
-- KEYS[2] if given, the journal of the JVM that asks: "<up to>" and the numbers above it that were executed
-- ARGV    1 rate, 2 how much to put back, 3 how much to take, 4 the most that may be missing before, 5 "1" to take it
--         in any case, 6 the time in microseconds, or "" for that of Redis
--         7 how much to take ahead, 8 the most that may be missing before that
--         with a journal: 9 the number of this command, 10 up to which number it need not remember, 11 the number of a
--         command to undo, which this puts back, or "0"
-- Returns 1 or 0, whether there was enough; what is missing now; the time; and 1 or 0, whether it was taken ahead.
--
-- A command whose number was executed, or was undone before it came, changes nothing. So it may be sent again, and one
-- whose answer was lost is undone, whether it was executed, never came, or comes late.
--
-- A value that this script did not write counts as a full bucket.
--
-- Amounts are tokens times the nanoseconds of the period, whole numbers of up to forty digits, so that nothing is ever
-- rounded. Numbers in Lua are exact only up to 2^53. An amount is therefore a list of digits to the base 10^7, the
-- lowest first.
local BASE = 10000000
local LONGEST = 60 -- digits
local FARTHEST = 3600000000 -- microseconds by which a clock may be set back
local SHORTEST_MEMORY, LONGEST_MEMORY = 60000, 600000

local function parse(text)
  local n = {}
  for i = #text, 1, -7 do
    n[#n + 1] = tonumber(string.sub(text, math.max(1, i - 6), i))
  end
  return n
end

local function text(n)
  local digits = { string.format('%.0f', n[#n]) }
  for i = #n - 1, 1, -1 do
    digits[#digits + 1] = string.format('%07.0f', n[i])
  end
  return table.concat(digits)
end

local function trimmed(n)
  while #n > 1 and n[#n] == 0 do
    n[#n] = nil
  end
  return n
end

local function exceeds(a, b)
  if #a ~= #b then
    return #a > #b
  end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then
      return a[i] > b[i]
    end
  end
  return false
end

local function add(a, b)
  local n, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local digit = (a[i] or 0) + (b[i] or 0) + carry
    carry = digit >= BASE and 1 or 0
    n[i] = digit - carry * BASE
  end
  if carry > 0 then
    n[#n + 1] = carry
  end
  return n
end

-- At least zero.
local function subtract(a, b)
  if not exceeds(a, b) then
    return { 0 }
  end
  local n, borrow = {}, 0
  for i = 1, #a do
    local digit = a[i] - (b[i] or 0) - borrow
    borrow = digit < 0 and 1 or 0
    n[i] = digit + borrow * BASE
  end
  return trimmed(n)
end

local function multiply(a, b)
  local n = {}
  for i = 1, #a + #b do
    n[i] = 0
  end
  for i = 1, #a do
    local carry = 0
    for j = 1, #b do
      local digit = n[i + j - 1] + a[i] * b[j] + carry
      carry = math.floor(digit / BASE)
      n[i + j - 1] = digit - carry * BASE
    end
    n[i + #b] = carry
  end
  return trimmed(n)
end

local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Something else may have been written there.
local function read(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    if not string.find(value.err, 'WRONGTYPE', 1, true) then
      return value
    end
    redis.call('DEL', key)
    return ''
  end
  return value or ''
end

local back, taken, ahead = parse(ARGV[2]), parse(ARGV[3]), parse(ARGV[7])
local number = tonumber(ARGV[9])
local upTo, executed = 0, {}
if KEYS[2] then
  local journal = read(KEYS[2])
  if type(journal) == 'table' then
    return journal
  end
  upTo = tonumber(string.match(journal, '^%d+')) or 0
  for word in string.gmatch(journal, ' (%d+)') do
    executed[tonumber(word)] = true
  end
  local undone = tonumber(ARGV[11])
  if number <= upTo or executed[number] then
    back, taken, ahead = { 0 }, { 0 }, { 0 }
    number = 0
  elseif undone > 0 then
    if not executed[undone] then
      back = { 0 }
      executed[undone] = true
    end
  end
end

local rate = parse(ARGV[1])
local missing, at = { 0 }, now
local stored = read(KEYS[1])
if type(stored) == 'table' then
  return stored
end
local before, since = string.match(stored, '^(%d+) (%d+)$')
if before and #before <= LONGEST and #since < 17 then
  missing, at = trimmed(parse(before)), tonumber(since)
  at = at > now + FARTHEST and now or at
  if now > at then -- a clock that is set back refills nothing
    missing = subtract(missing, multiply(rate, parse(string.format('%.0f', (now - at) * 1000))))
    at = now
  end
end

missing = subtract(missing, back)
local enough = not exceeds(missing, parse(ARGV[4]))
local isAhead = false
if enough or ARGV[5] == '1' then
  missing = add(missing, taken)
  if enough and ARGV[7] ~= '0' and not exceeds(missing, parse(ARGV[8])) then
    missing = add(missing, ahead)
    isAhead = true
  end
  if number and number > 0 then
    executed[number] = true
  end
end

local left = text(missing)
local life = 0
if left == '0' then
  redis.call('DEL', KEYS[1])
else
  -- until it is full, and a second more, which makes up for the rounding of large numbers
  local last = math.min(at / 1000 + tonumber(left) / tonumber(ARGV[1]) / 1000000 + 1000, 9000000000000000)
  life = math.ceil(last - now / 1000)
  redis.call('SET', KEYS[1], left .. ' ' .. string.format('%.0f', at), 'PX', string.format('%.0f', life))
end

if KEYS[2] then
  upTo = math.max(upTo, tonumber(ARGV[10]))
  local texts = { string.format('%.0f', upTo) }
  for n in pairs(executed) do
    if n > upTo then
      texts[#texts + 1] = string.format('%.0f', n)
    end
  end
  local memory = math.min(math.max(life, SHORTEST_MEMORY), LONGEST_MEMORY)
  redis.call('SET', KEYS[2], table.concat(texts, ' '), 'PX', string.format('%.0f', memory))
end
return { enough and 1 or 0, left, string.format('%.0f', now), isAhead and 1 or 0 }
