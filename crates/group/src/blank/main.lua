-- view(ctx) draws the page and only reads. Functions of on write, and are called by buttons.

function view(ctx)
  return ui.page{ "Hello",
    ui.text("Pressed " .. store.get("presses", 0) .. " times."),
    ui.button{ "Press me", on = "press" } }
end

function on.press(ctx)
  store.add("presses")
end
