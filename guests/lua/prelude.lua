-- What every script finds when it begins, beside Lua's own libraries. Runs once, when the guest is
-- built; the function it answers with is called once in each run.
--
-- A script may change every global, so what is needed later is kept in locals here.

local host = ...
local globals = _G
local error, load, next, rawget, setmetatable, tostring, type =
  error, load, next, rawget, setmetatable, tostring, type
local collect, format, gsub, randomseed, sort, unpack =
  collectgarbage, string.format, string.gsub, math.randomseed, table.sort, table.unpack
local declaring, entry, source = host.declaring, host.entry, host.source

-- ---- the families ------------------------------------------------------------------------------
-- Each is a table that knows every name: `store.get(…)` asks the group for the capability
-- "store.get". Which ones there are, and what they cost, is the group's to say.

store     = host.family "store"      -- data of the app: get set add delete list changed count
me        = host.family "me"         -- the same, per person who uses the app
files     = host.family "files"      -- larger things: read write delete list url
docs      = host.family "docs"       -- documents people share: read write list history diff
json      = host.family "json"       -- parse and print JSON
csv       = host.family "csv"        -- parse and print CSV
feed      = host.family "feed"       -- parse and print RSS, Atom and JSON Feed
text      = host.family "text"       -- templates
md        = host.family "md"         -- Markdown
html      = host.family "html"       -- sanitised HTML
hash      = host.family "hash"       -- digests
base64    = host.family "base64"     -- base64 to and fro
url       = host.family "url"        -- addresses, parsed and built
time      = host.family "time"       -- calendars and time zones
random    = host.family "random"     -- int float bytes id
log       = host.family "log"        -- the app's event log
http      = host.family "http"       -- fetch, and send as an effect
secrets   = host.family "secrets"    -- placeholders that http and mail fill in
git       = host.family "git"        -- commit, read, list
mail      = host.family "mail"       -- send
messages  = host.family "messages"   -- send, list
timeline  = host.family "timeline"   -- post, list, like, boost
people    = host.family "people"     -- find, follow
apps      = host.family "apps"       -- call, send
schedule  = host.family "schedule"   -- after, every, cancel

ui    = host.ui()     -- ui.anything{…} makes a part of a view
print = host.print    -- to the app's event log
debug = { traceback = host.traceback }

-- ---- what a script fills in --------------------------------------------------------------------

on    = {}            -- on.NAME(ctx, args): buttons and forms
at    = {}            -- at.NAME(ctx, args): schedules
calls = {}            -- calls.NAME(ctx, args): other apps

local declared, current = {}, {}

-- A setting as it is declared: a label, or { label, kind = …, default = …, why = … }.
local function setting(name, given)
  if type(name) ~= "string" then
    error('settings{…} needs names: settings{ feed = { "Feed to keep", kind = "url" } }', 3)
  end
  if type(given) ~= "table" then given = { given } end
  local kept = {}
  for key, value in next, given do
    kept[key == 1 and "label" or key] = value
  end
  return kept
end

settings = setmetatable({}, {
  __call = function(_, given)
    if type(given) ~= "table" then
      error('write settings{ feed = { "Feed to keep", kind = "url" } }', 2)
    end
    for name, value in next, given do
      declared[name] = setting(name, value)
    end
  end,
  __index = function(_, name)
    if current[name] ~= nil then return current[name] end
    if declared[name] then return declared[name].default end
    error(format("there is no setting %s; declare it at the top of main.lua: settings{ %s = { \"…\" } }",
      tostring(name), tostring(name)), 2)
  end,
  __newindex = function()
    error("a setting is changed by the app's owner, on its settings page", 2)
  end,
  __metatable = "the group's",
})

-- ---- Lua's own, made narrower ------------------------------------------------------------------

dofile, loadfile, warn = nil, nil, nil
string.dump = nil
getmetatable("").__metatable = "the string library's"

local collecting = { collect = true, count = true, step = true, stop = true, restart = true,
                     isrunning = true }

function collectgarbage(option, ...)
  option = option or "collect"
  if not collecting[option] then
    error(format("collectgarbage: %s is not offered; there are collect, count, step, stop, restart and isrunning",
      tostring(option)), 2)
  end
  return collect(option, ...)
end

local loaded, loading = {}, {}

-- The app's own files only: "draw" is draw.lua, "lib.draw" is lib/draw.lua.
function require(name)
  if type(name) ~= "string" then
    error('require needs the name of one of the app\'s files: require "draw" reads draw.lua', 2)
  end
  if loaded[name] ~= nil then return loaded[name] end
  local path = gsub(name, "%.", "/") .. ".lua"
  local code = source(path)
  if code == nil then
    error(format("require: this app has no file %s", path), 2)
  end
  if loading[name] then
    error(format("require: %s needs itself, through what it requires", path), 2)
  end
  local chunk, problem = load(code, "=" .. path, "t")
  if not chunk then error(problem, 0) end
  loading[name] = true
  local value = chunk(name, path)
  loading[name] = nil
  loaded[name] = value == nil and true or value
  return loaded[name]
end

-- ---- a run -------------------------------------------------------------------------------------

-- Which function a trigger calls: a global, or one of a table of handlers.
local single = {
  view = "view(ctx)", serve = "serve(ctx, request)",
  done = "done(ctx, effect)", failed = "failed(ctx, effect)",
}
local families = { action = "on", schedule = "at", call = "calls" }

local function names(family)
  local found, handlers = {}, rawget(globals, family)
  if type(handlers) ~= "table" then return found end
  for name, value in next, handlers do
    if type(name) == "string" and type(value) == "function" then found[#found + 1] = name end
  end
  sort(found)
  return found
end

local function declaration()
  local has = {}
  for name in next, single do
    has[name] = type(rawget(globals, name)) == "function"
  end
  return {
    settings = declared,
    handlers = { on = names "on", at = names "at", calls = names "calls" },
    has = has,
  }
end

local function find(trigger, name)
  local family = families[trigger]
  if family then
    local handlers, path = rawget(globals, family), family .. "." .. name
    local found = type(handlers) == "table" and handlers[name]
    if type(found) ~= "function" then
      error(format("there is no %s; write   function %s(ctx, args) … end   in main.lua", path, path), 0)
    end
    return found, path
  end
  local found = rawget(globals, trigger)
  if not single[trigger] then
    error(format("there is no trigger %s", trigger), 0)
  end
  if type(found) ~= "function" then
    error(format("there is no %s; write   function %s … end   in main.lua", trigger, single[trigger]), 0)
  end
  return found, trigger
end

return function(input)
  randomseed()
  current = input.settings
  declaring(true)
  local chunk, problem = load(source(input.main), "=" .. input.main, "t")
  if not chunk then error(problem, 0) end
  entry(input.main)
  chunk()
  if input.trigger == "declare" then return declaration() end
  declaring(false)
  local handler, path = find(input.trigger, input.handler)
  entry(path)
  local answer = handler(input.ctx, unpack(input.args))
  return answer
end
