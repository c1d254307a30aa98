-- table.sort with its own order, and with a comparer of the script.
local state = 42
local function next_number()
  state = (state * 1103515245 + 12345) % 2147483648
  return state
end

local people = {}
for i = 1, SIZE do
  people[i] = { number = next_number() % 100000, place = i }
end
table.sort(people, function(a, b)
  if a.number ~= b.number then return a.number < b.number end
  return a.place < b.place
end)

local plain = {}
for i = 1, SIZE do plain[i] = next_number() end
table.sort(plain)

local sum = 0
for i = 1, SIZE do sum = (sum * 31 + people[i].place + plain[i]) % 1000000007 end
return tostring(sum)
