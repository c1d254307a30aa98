-- A page with a button. view only reads; functions of on write.
function view(ctx)
  return ui.page{ "Hello",
    ui.text("Pressed " .. store.get("presses", 0) .. " times."),
    ui.button{ "Press me", on = "press" } }
end

function on.press(ctx)
  store.add("presses")
end
