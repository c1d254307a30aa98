-- The page as every Lua peer makes it: ten escaped rows with a number that rises.
local escapes = { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;", ['"'] = "&quot;" }
local function escape(text) return (text:gsub('[<>&"]', escapes)) end

local function page(n)
  local parts = { "<!doctype html><title>Ten rows</title><h1>Ten rows</h1><table>" }
  for i = 1, 10 do
    local name = escape('<row> & "' .. i .. '" of ten rows that somebody typed')
    parts[#parts + 1] = "<tr><td>" .. name .. "</td><td>" .. n + i .. "</td></tr>"
  end
  parts[#parts + 1] = "</table>"
  return table.concat(parts, "\n")
end
