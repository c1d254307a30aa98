-- Floats in nested loops: the norm of a matrix that is never stored.
local function entry(i, j)
  local ij = i + j - 1
  return 1.0 / (ij * (ij - 1) * 0.5 + i)
end

local function times(x, y, n)
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + x[j] * entry(i, j) end
    y[i] = sum
  end
end

local function transposed(x, y, n)
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + x[j] * entry(j, i) end
    y[i] = sum
  end
end

local n = SIZE
local u, v, w = {}, {}, {}
for i = 1, n do u[i] = 1.0 end
for _ = 1, 10 do
  times(u, w, n)
  transposed(w, v, n)
  times(v, w, n)
  transposed(w, u, n)
end
local above, below = 0.0, 0.0
for i = 1, n do
  above = above + u[i] * v[i]
  below = below + v[i] * v[i]
end
return string.format("%.9f", math.sqrt(above / below))
