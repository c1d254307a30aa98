-- Strings from pieces: concatenation, table.concat, format, rep, sub and byte.
local pieces, sum = {}, 0
for i = 1, SIZE do
  pieces[#pieces + 1] = "item " .. i .. ": " .. string.format("%05d/%x", i, i * 7)
  if #pieces == 500 then
    local text = table.concat(pieces, "\n")
    for at = 1, #text, 97 do sum = (sum * 33 + text:byte(at)) % 1000000007 end
    pieces = { text:sub(1, 40), ("-"):rep(20) }
  end
end
return tostring(sum)
