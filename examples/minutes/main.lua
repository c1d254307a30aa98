settings{ about = { "What is it about?", default = "Meeting" } }

-- One document a meeting; its name is its day.
local function meetings()
  local found = docs.list("day/")
  table.sort(found, function(a, b) return a.name > b.name end)
  return found
end

function view(ctx)
  local day = ctx.query.day
  if day and day:match("^%d%d%d%d%-%d%d%-%d%d$") then
    return ui.page{ settings.about .. ", " .. day,
      ui.document{ doc = "day/" .. day, label = "Minutes", edit = true, history = true,
        on_save = "saved", placeholder = "Who was there?" },
      ui.link{ "All meetings", href = "?" } }
  end
  local items = {}
  for _, it in ipairs(meetings()) do
    local on = it.name:sub(5)
    items[#items + 1] = { title = on, href = "?day=" .. on,
      meta = it.by ~= "" and "last written by @" .. it.by or nil }
  end
  return ui.page{ settings.about,
    #items > 0 and ui.list{ label = "Meetings", items = items } or ui.empty{ "No meeting has minutes yet." },
    ui.form{ on = "open", submit = "Open its minutes",
      ui.input{ "Day of the meeting", name = "day", kind = "date", required = true } } }
end

function on.open(ctx, args)
  if not tostring(args.day):match("^%d%d%d%d%-%d%d%-%d%d$") then
    return ui.errors{ day = "Write the day like 2026-11-24." }
  end
  return ui.go("?day=" .. args.day)
end

function on.saved(ctx, args)
  store.add("saves")
  return ui.toast("Saved as revision " .. args.revision .. ".")
end
