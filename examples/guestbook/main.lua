function view(ctx)
  local lines = {}
  for _, row in ipairs(store.list("line/", { reverse = true, limit = 50 })) do
    lines[#lines + 1] = { title = row.value.text, meta = row.value.by }
  end
  return ui.page{ "Guest book",
    ui.form{ on = "sign", submit = "Leave it here",
      ui.input{ "Your line", name = "text", required = true, max_length = 200 } },
    ui.list{ label = "Lines", items = lines } }
end

function on.sign(ctx, args)
  local text = (args.text or ""):match("^%s*(.-)%s*$")
  if text == "" then return ui.errors{ text = "Write a line first." } end
  local n = store.add("lines")
  store.set(string.format("line/%09d", n), { text = text:sub(1, 200), by = ctx.me and ctx.me.handle or "somebody" })
end
