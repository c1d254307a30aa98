settings{
  feed = { "Feed to keep", kind = "url", default = "https://blog.example/feed.xml" },
  repo = { "Push to", kind = "git", default = "", why = "Leave it empty to keep the copy here only." },
}

function at.hourly(ctx)
  local page = http.fetch(settings.feed)
  if page.status ~= 200 then error("the feed answered with " .. page.status) end
  local sum = hash.sha256(page.body)
  if sum == store.get("last") then return end
  store.set("last", sum)
  files.write("feed.xml", page.body)
  if settings.repo ~= "" then
    git.commit(settings.repo, { ["feed.xml"] = page.body }, "Saved " .. os.date("!%Y-%m-%d", ctx.now))
  end
end

function view(ctx)
  return ui.page{ "Feed to git",
    ui.text("Last saved " .. (store.changed("last") or "never")),
    ui.text(store.get("problem", "")),
    ui.button{ "Save now", on = "save" } }
end

function on.save(ctx) at.hourly(ctx) end

function done(ctx, effect) store.delete("problem") end
function failed(ctx, effect)
  store.set("problem", effect.note)
  store.delete("last") -- so that the next look tries again
end
