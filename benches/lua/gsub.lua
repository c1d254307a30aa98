-- The pattern functions on a longer text.
local words = {}
for i = 1, 400 do
  words[i] = ("word" .. i * 37 % 101) .. (i % 9 == 0 and ",\n" or i % 5 == 0 and ". " or " ")
end
local text = table.concat(words)

local sum = 0
for round = 1, SIZE do
  local upper = text:gsub("%f[%w]%a", string.upper)
  local digits = select(2, text:gsub("%d", "%0"))
  local swapped = text:gsub("(%a+)(%d+)", "%2%1")
  local found = 0
  for word, number in text:gmatch("(%a+)(%d+)") do found = found + #word + tonumber(number) end
  local at = text:find("word" .. round % 101 .. " ", 1, true) or 0
  sum = (sum * 31 + #upper + digits + #swapped + found + at) % 1000000007
end
return tostring(sum)
