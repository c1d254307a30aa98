
---What a handler of `on` may return, beside nothing and `ui.page{ … }`.
---@class ui.Answer

---Shows a short message above the page.
---@param text string
---@return ui.Answer
function ui.toast(text) end

---Shows what is wrong, field by field; the form keeps what was typed.
---@param wrong table<string, string>
---@return ui.Answer
function ui.errors(wrong) end

---Leads to another address inside the app, like "?tab=b" or "list/3".
---@param address string
---@return ui.Answer
function ui.go(address) end
