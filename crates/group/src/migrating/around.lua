-- The group's own beginning around an app's: it finds what takes over old data, and calls it.
require "MAIN"
local migrate, check = rawget(_G, "migrate"), rawget(_G, "check")
at = {}
if type(migrate) == "function" then at.migrate = migrate end
if type(check) == "function" then at.check = check end
