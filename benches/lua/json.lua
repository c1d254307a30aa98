-- A small JSON printer and reader in Lua, to and fro.
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }

local function print_value(value, out)
  local kind = type(value)
  if kind == "table" and value[1] ~= nil then
    out[#out + 1] = "["
    for i, item in ipairs(value) do
      if i > 1 then out[#out + 1] = "," end
      print_value(item, out)
    end
    out[#out + 1] = "]"
  elseif kind == "table" then
    local names = {}
    for name in pairs(value) do names[#names + 1] = name end
    table.sort(names)
    out[#out + 1] = "{"
    for i, name in ipairs(names) do
      out[#out + 1] = (i > 1 and ',"' or '"') .. name .. '":'
      print_value(value[name], out)
    end
    out[#out + 1] = "}"
  elseif kind == "string" then
    out[#out + 1] = '"' .. value:gsub('["\\\n]', escapes) .. '"'
  else
    out[#out + 1] = tostring(value)
  end
end

local unescapes = { n = "\n" }
local read_value

local function read_string(text, at)
  local stop = at + 1
  while true do
    local quote = text:find('"', stop, true)
    local slashes = #text:sub(at + 1, quote - 1):match("\\*$")
    if slashes % 2 == 0 then
      local inner = text:sub(at + 1, quote - 1)
      return inner:gsub("\\(.)", function(c) return unescapes[c] or c end), quote + 1
    end
    stop = quote + 1
  end
end

local function read_items(text, at)
  local items = {}
  if text:sub(at + 1, at + 1) == "]" then return items, at + 2 end
  repeat
    items[#items + 1], at = read_value(text, at + 1)
  until text:sub(at, at) ~= ","
  return items, at + 1
end

local function read_fields(text, at)
  local fields, name = {}, nil
  if text:sub(at + 1, at + 1) == "}" then return fields, at + 2 end
  repeat
    name, at = read_string(text, at + 1)
    fields[name], at = read_value(text, at + 1)
  until text:sub(at, at) ~= ","
  return fields, at + 1
end

function read_value(text, at)
  local first = text:sub(at, at)
  if first == "{" then return read_fields(text, at) end
  if first == "[" then return read_items(text, at) end
  if first == '"' then return read_string(text, at) end
  local word = text:match("^[%w%.%-+]+", at)
  local value = word == "true"
  if word ~= "true" and word ~= "false" then value = tonumber(word) end
  return value, at + #word
end

local value = { people = {}, note = 'a "quoted"\nline \\ end', big = true }
for i = 1, 60 do
  value.people[i] = { name = "person " .. i, age = i % 90, tags = { "a", "b" .. i }, score = i / 4 }
end

local sum, text = 0, nil
for _ = 1, SIZE do
  local out = {}
  print_value(value, out)
  text = table.concat(out)
  value = read_value(text, 1)
  sum = (sum * 31 + #text + #value.people) % 1000000007
end
return sum .. " " .. #text
