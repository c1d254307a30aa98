-- A page from a template: patterns, a function for each match, escaping.
local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local function escape(text) return (text:gsub('[&<>"]', escapes)) end

local row = "{number}. {name} says: {words} ({missing})\n"
local function fill(template, values)
  return (template:gsub("{(%w+)}", function(name)
    local value = values[name]
    return value == nil and "-" or escape(tostring(value))
  end))
end

local sum, size = 0, 0
for page = 1, SIZE do
  local rows = {}
  for i = 1, 20 do
    rows[i] = fill(row, { number = i, name = "Ana & " .. page, words = 'x < "y" > z' })
  end
  local text = table.concat(rows)
  size = size + #text
  for word in text:gmatch("%a+;") do sum = (sum * 31 + #word) % 1000000007 end
end
return size .. " " .. sum
