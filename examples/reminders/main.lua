function view(ctx)
  local due = {}
  for _, row in ipairs(store.list("due/")) do
    due[#due + 1] = ui.row{ ui.text(row.value), ui.button{ "Done", on = "done_with", args = { id = row.key:sub(5) } } }
  end
  return ui.page{ "Reminders",
    ui.form{ on = "plan", submit = "Remind me",
      ui.input{ "What", name = "what", required = true },
      ui.input{ "After", name = "wait", value = "2h", hint = "Like 90m, 2h or 3 days" } },
    ui.section{ "Now", body = due } }
end

function on.plan(ctx, args)
  local ok, why = pcall(schedule.after, args.wait, "remind:" .. store.add("last"),
    { id = store.get("last"), what = args.what })
  if not ok then return ui.errors{ wait = why } end
end

function at.remind(ctx, args) store.set("due/" .. args.id, args.what) end
function on.done_with(ctx, args) store.delete("due/" .. args.id) end
