-- What a page expects of its host, for a native state: constructors, settings, one call.
ui = setmetatable({}, {
  __index = function(self, type)
    local function make(given)
      local node, parts = { type = type }, {}
      if _G.type(given) == "table" then
        for name, value in next, given do
          if math.type(name) == "integer" then parts[name] = value else node[name] = value end
        end
      else
        parts[1] = given
      end
      node.parts = parts
      return node
    end
    rawset(self, type, make)
    return make
  end,
})

store = { count = host_count }
on = {}

local declared = {}
settings = setmetatable({}, {
  __call = function(_, given)
    for name, value in next, given do declared[name] = value end
  end,
  __index = function(_, name) return declared[name] and declared[name].default end,
})
