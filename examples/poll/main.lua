settings{
  question = { "Question", default = "Picnic on Sunday?" },
  answers = { "Answers, with commas between", default = "Yes, No, Perhaps" },
}

local function answers()
  local list = {}
  for answer in settings.answers:gmatch("[^,]+") do
    list[#list + 1] = answer:match("^%s*(.-)%s*$")
  end
  return list
end

function view(ctx)
  local rows, buttons, all = {}, {}, 0
  for _, answer in ipairs(answers()) do
    local votes = store.count("vote/" .. answer .. "/")
    all = all + votes
    rows[#rows + 1] = { answer = answer, votes = votes }
    buttons[#buttons + 1] = ui.button{ answer, on = "vote", args = { answer = answer } }
  end
  return ui.page{ settings.question, summary = settings.question .. " Votes so far: " .. all,
    ui.table{ caption = "Votes so far", rows = rows, columns = {
      { key = "answer", label = "Answer" }, { key = "votes", label = "Votes", kind = "number" } } },
    ui.row{ body = buttons } }
end

function on.vote(ctx, args)
  if not ctx.me then return ui.toast "Sign in to vote." end
  local before = me.get("vote")
  if before then store.delete("vote/" .. before .. "/" .. ctx.me.id) end
  store.set("vote/" .. args.answer .. "/" .. ctx.me.id, true)
  me.set("vote", args.answer)
end
