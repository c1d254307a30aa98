-- Many small tables that live and die: work for the allocator and the collector.
local function grow(depth)
  if depth == 0 then return {} end
  return { grow(depth - 1), grow(depth - 1) }
end

local function count(tree)
  if not tree[1] then return 1 end
  return 1 + count(tree[1]) + count(tree[2])
end

local kept, total = grow(SIZE), 0
for depth = 4, SIZE, 2 do
  local trees = 1 << (SIZE - depth + 2)
  for _ = 1, trees do total = total + count(grow(depth)) end
end
return total .. " " .. count(kept)
