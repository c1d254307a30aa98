function view(ctx)
  local rows = {}
  for _, entry in ipairs(store.list("word/")) do
    rows[#rows + 1] = { word = entry.key:sub(#"word/" + 1), times = entry.value }
  end
  table.sort(rows, function(a, b)
    if a.times ~= b.times then return a.times > b.times end
    return a.word < b.word
  end)
  return ui.page{ "Words",
    ui.form{ on = "add", submit = "Count",
      ui.input{ "Text", name = "text", rows = 4, max_length = 4000 } },
    ui.stat{ label = "Words so far", value = store.get("total") or 0 },
    ui.table{ caption = "The ten most frequent", rows = table.move(rows, 1, math.min(#rows, 10), 1, {}),
      columns = { { key = "word", label = "Word" }, { key = "times", label = "Times", kind = "number" } } } }
end

function on.add(ctx, args)
  local counts, order, total = {}, {}, 0
  for word in (args.text or ""):lower():gmatch("[a-z]+") do
    if not counts[word] then order[#order + 1] = word end
    counts[word] = (counts[word] or 0) + 1
    total = total + 1
  end
  if total == 0 then return ui.errors{ text = "Write some words first." } end
  for _, word in ipairs(order) do store.add("word/" .. word, counts[word]) end
  store.add("total", total)
  return ui.toast("Counted " .. total .. " words.")
end
