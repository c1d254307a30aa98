function serve(ctx, request)
  if request.method == "POST" then
    local n = store.add("count")
    store.set(string.format("got/%09d", n), request.body:sub(1, 10000))
    return { status = 201, body = "kept as number " .. n .. "\n" }
  end
  return { status = 200, body = "there are " .. store.get("count", 0) .. "\n" }
end

function view(ctx)
  local items = {}
  for _, row in ipairs(store.list("got/", { reverse = true, limit = 20 })) do
    items[#items + 1] = { title = row.value:sub(1, 200) }
  end
  return ui.page{ "Webhook",
    ui.text("Send something here:  curl -d hello " .. ctx.app.address .. "/-/"),
    ui.list{ label = "What came", items = items } }
end
