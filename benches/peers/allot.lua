-- A look may not write, by contract: GET reads the number, POST keeps it, on the disk.
function serve(ctx, request)
  local n
  if request.method == "POST" then n = store.add("n") else n = store.get("n", 0) + 1 end
  return { status = 200, headers = { ["content-type"] = "text/html" }, body = page(n) }
end

function view(ctx) return ui.page{ "Ten rows", ui.text("See /-/") } end
