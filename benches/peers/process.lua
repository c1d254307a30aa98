-- One request, one process: the number lies in a file.
local file = io.open(arg[1], "r")
local n = (file and tonumber(file:read("a")) or 0) + 1
if file then file:close() end
file = assert(io.open(arg[1], "w"))
file:write(n)
file:close()
io.write(page(n))
