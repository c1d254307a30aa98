-- Classes by metatables: methods, inheritance, properties by __index and __newindex, operators.
local Shape = {}
Shape.__index = Shape
function Shape.new(class, side) return setmetatable({ side = side }, class) end
function Shape:area() return self.side * self.side end
function Shape:grow(by) self.side = (self.side + by) % 1000 end

local Half = setmetatable({}, { __index = Shape })
Half.__index = Half
function Half:area() return Shape.area(self) // 2 end

local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Point) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end

local store = {}
local proxy = setmetatable({}, {
  __index = function(_, name) return store[name] or 0 end,
  __newindex = function(_, name, value) store[name] = value % 1000003 end,
})

local shapes = { Shape:new(3), Half:new(4), Shape:new(5) }
local point, step = setmetatable({ x = 0, y = 0 }, Point), setmetatable({ x = 1, y = 2 }, Point)
local area, same = 0, 0
for i = 1, SIZE do
  local shape = shapes[i % 3 + 1]
  shape:grow(i % 7)
  area = (area + shape:area()) % 1000000007
  if i % 4 == 0 then
    local moved = point + step
    if moved == point then same = same + 1 end
    point = moved
    proxy.sum = proxy.sum + i
  end
end
return table.concat({ area, point.x, point.y, same, store.sum }, " ")
