-- Begins one file of the suite as its all.lua would, with what little of a host library the files
-- take for granted.

_soft, _port, _nomsg = false, true, true   -- all that is portable, however long it takes
T = nil                                    -- not the interpreter's own test build

local own, nothing = require, function() end

io = { write = nothing, stderr = { write = nothing }, stdin = coroutine.create(nothing) }
package = { preload = {}, loaded = { _G = _G } }
os.setlocale = function(locale) return (locale == nil or locale == "C") and "C" end

for _, library in ipairs { "string", "table", "math", "utf8", "coroutine", "os", "io", "package" } do
  package.loaded[library] = _G[library]
end

-- An error names the place where it is raised: that much of the debug library is there.
local function getinfo(level)
  local _, place = pcall(error, "", level + 2)
  return { currentline = math.tointeger(place:match(":(%d+): $")) }
end

package.loaded.debug = { getinfo = getinfo, traceback = debug.traceback }
debug = nil

function require(wanted)
  if package.loaded[wanted] then return package.loaded[wanted] end
  if package.preload[wanted] then return package.preload[wanted]() end
  return own(wanted)
end

function Message() end

function view(ctx)
  if ctx.file ~= "big" then own(ctx.file) return end
  local big = coroutine.wrap(own)   -- this one yields once in its midst
  assert(big "big" == "b")
  assert(big() == "a")
end
