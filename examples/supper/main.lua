settings{ dishes = { "Dishes, with commas between", default = "Soup, Pie, Stew" } }

function view(ctx)
  local cards, all = {}, 0
  for dish in settings.dishes:gmatch("[^,%s][^,]*") do
    local votes = store.get(dish, 0)
    all = all + votes
    cards[#cards + 1] = ui.card{ dish, ui.text("Votes: " .. votes),
      ui.button{ "Vote for " .. dish, on = "vote", args = { dish = dish } } }
  end
  return ui.page{ "What shall we cook on Friday?", summary = "Votes so far: " .. all,
    ui.grid{ min = "s", body = cards } }
end

function on.vote(ctx, args) store.add(args.dish) end
