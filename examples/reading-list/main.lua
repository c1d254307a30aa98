function view(ctx)
  local unread, read = {}, {}
  for _, row in ipairs(me.list("item/", { limit = 200 })) do
    local item = row.value
    local line = ui.row{ ui.link{ item.title, href = item.url },
      ui.button{ item.read and "Unread" or "Read", on = "toggle", args = { key = row.key } } }
    table.insert(item.read and read or unread, line)
  end
  return ui.page{ "Reading list",
    ui.form{ on = "add", submit = "Add",
      ui.input{ "Address", name = "url", kind = "url", required = true },
      ui.input{ "Title", name = "title" } },
    ui.section{ "To read", body = unread }, ui.section{ "Read", body = read } }
end

function on.add(ctx, args)
  if not args.url:match("^https?://") then return ui.errors{ url = "Write an address that begins with https://" } end
  local n = me.add("last")
  local title = args.title ~= "" and args.title or args.url
  me.set(string.format("item/%06d", n), { url = args.url, title = title })
end

function on.toggle(ctx, args)
  local item = me.get(args.key)
  if not item then return end
  item.read = not item.read
  me.set(args.key, item)
end
