-- Coroutines as generators, and errors that are thrown and caught.
local function numbers(to)
  return coroutine.wrap(function()
    for i = 1, to do coroutine.yield(i) end
  end)
end

local sum = 0
for i in numbers(SIZE) do sum = sum + i end

local function odd(n)
  if n % 2 == 1 then error({ n = n }) end
  return n
end
local caught = 0
for i = 1, SIZE // 4 do
  local ok, why = pcall(odd, i)
  if not ok then caught = caught + why.n end
end
return sum .. " " .. caught
