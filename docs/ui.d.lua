---@meta
-- Made from the table of components; see components.md.

---@class ui
ui = {}

---A part of a page.
---@class ui.Node

---@class ui.Common
---@field id? string
---@field key? string|number
---@field hidden? boolean
---@field lang? string
---@field dir? "auto"|"ltr"|"rtl"
---@field fallback? ui.Node
---@field requires? (string)[]

---@class ui.page.Properties: ui.Common
---@field title? string|number
---@field subtitle? string|number
---@field summary? string|number
---@field body? (ui.Node|string)[]
---@field actions? (ui.Node|string)[]
---@field live? boolean
---@field refresh? integer
---@field width? "narrow"|"normal"|"wide"
---@field accent? "blue"|"green"|"teal"|"purple"|"pink"|"red"|"orange"|"brown"|"grey"
---@field [integer] ui.Node|string|number|boolean

---The whole page of an app: a title and what follows.
---@param properties ui.page.Properties|string|number
---@return ui.Node
function ui.page(properties) end

---@class ui.section.Properties: ui.Common
---@field title? string|number
---@field body? (ui.Node|string)[]
---@field actions? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---A part of a page under its own heading.
---@param properties ui.section.Properties|string|number
---@return ui.Node
function ui.section(properties) end

---@class ui.row.Properties: ui.Common
---@field body? (ui.Node|string)[]
---@field align? "start"|"center"|"end"|"between"
---@field wrap? boolean
---@field [integer] ui.Node|string|number|boolean

---Parts side by side; they wrap when the window is narrow.
---@param properties ui.row.Properties
---@return ui.Node
function ui.row(properties) end

---@class ui.grid.Properties: ui.Common
---@field body? (ui.Node|string)[]
---@field min? "s"|"m"|"l"
---@field [integer] ui.Node|string|number|boolean

---Parts in as many columns as fit.
---@param properties ui.grid.Properties
---@return ui.Node
function ui.grid(properties) end

---@class ui.card.Properties: ui.Common
---@field title? string|number
---@field href? string
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field body? (ui.Node|string)[]
---@field actions? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---A box around parts that belong together.
---@param properties ui.card.Properties|string|number
---@return ui.Node
function ui.card(properties) end

---@class ui.tab
---@field id string
---@field label string|number
---@field body? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---@class ui.tabs.Properties: ui.Common
---@field items (ui.tab)[]
---@field selected? string
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---Several pages in one; the address says which is shown.
---@param properties ui.tabs.Properties
---@return ui.Node
function ui.tabs(properties) end

---@class ui.details.Properties: ui.Common
---@field label? string|number
---@field open? boolean
---@field body? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---Something to open and close.
---@param properties ui.details.Properties|string|number
---@return ui.Node
function ui.details(properties) end

---@class ui.divider.Properties: ui.Common
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---A line between parts.
---@param properties ui.divider.Properties|string|number
---@return ui.Node
function ui.divider(properties) end

---@class ui.heading.Properties: ui.Common
---@field text? string|number
---@field level? integer
---@field [integer] ui.Node|string|number|boolean

---A heading; its level follows from where it stands.
---@param properties ui.heading.Properties|string|number
---@return ui.Node
function ui.heading(properties) end

---@class ui.text.Properties: ui.Common
---@field text? string|number
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field size? "s"|"m"|"l"
---@field weight? "normal"|"bold"
---@field mono? boolean
---@field [integer] ui.Node|string|number|boolean

---A paragraph.
---@param properties ui.text.Properties|string|number
---@return ui.Node
function ui.text(properties) end

---@class ui.markdown.Properties: ui.Common
---@field text? string|number
---@field [integer] ui.Node|string|number|boolean

---Text with **bold**, lists and links in Markdown.
---@param properties ui.markdown.Properties|string|number
---@return ui.Node
function ui.markdown(properties) end

---@class ui.code.Properties: ui.Common
---@field text? string|number
---@field syntax? string
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---Text exactly as it is, in a fixed width.
---@param properties ui.code.Properties|string|number
---@return ui.Node
function ui.code(properties) end

---@class ui.html.Properties: ui.Common
---@field html? string|number
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---HTML from somewhere else, cleaned: no scripts, styles or forms.
---@param properties ui.html.Properties|string|number
---@return ui.Node
function ui.html(properties) end

---@class ui.badge.Properties: ui.Common
---@field text? string|number
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field [integer] ui.Node|string|number|boolean

---A word or two that says how something stands.
---@param properties ui.badge.Properties|string|number
---@return ui.Node
function ui.badge(properties) end

---@class ui.note.Properties: ui.Common
---@field title? string|number
---@field text? string|number
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field body? (ui.Node|string)[]
---@field urgent? boolean
---@field [integer] ui.Node|string|number|boolean

---A box for what people should not miss.
---@param properties ui.note.Properties|string|number
---@return ui.Node
function ui.note(properties) end

---@class ui.stat.Properties: ui.Common
---@field label string|number
---@field value string|number
---@field change? string|number
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field [integer] ui.Node|string|number|boolean

---A number with a label.
---@param properties ui.stat.Properties
---@return ui.Node
function ui.stat(properties) end

---@class ui.time.Properties: ui.Common
---@field at? integer|string
---@field show? "relative"|"date"|"time"|"datetime"
---@field [integer] ui.Node|string|number|boolean

---A point in time, shown in the reader's time zone.
---@param properties ui.time.Properties|string|number
---@return ui.Node
function ui.time(properties) end

---@class ui.fact
---@field label string|number
---@field value any
---@field [integer] ui.Node|string|number|boolean

---@class ui.facts.Properties: ui.Common
---@field items (ui.fact)[]
---@field [integer] ui.Node|string|number|boolean

---Labels and their values, one below the other.
---@param properties ui.facts.Properties
---@return ui.Node
function ui.facts(properties) end

---@class ui.empty.Properties: ui.Common
---@field text? string|number
---@field hint? string|number
---@field body? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---What stands where nothing is yet, with a way to begin.
---@param properties ui.empty.Properties|string|number
---@return ui.Node
function ui.empty(properties) end

---@class ui.image.Properties: ui.Common
---@field src? string
---@field alt? string|number
---@field decorative? boolean
---@field caption? string|number
---@field href? string
---@field width? integer
---@field height? integer
---@field [integer] ui.Node|string|number|boolean

---A picture from the app's own files.
---@param properties ui.image.Properties|string|number
---@return ui.Node
function ui.image(properties) end

---@class ui.media.Properties: ui.Common
---@field src? string
---@field kind? "audio"|"video"
---@field label string|number
---@field captions? string
---@field transcript? string|number
---@field [integer] ui.Node|string|number|boolean

---A sound or a film from the app's own files.
---@param properties ui.media.Properties|string|number
---@return ui.Node
function ui.media(properties) end

---@class ui.pin
---@field lat number
---@field lon number
---@field label string|number
---@field on? string
---@field args? table<string, any>
---@field [integer] ui.Node|string|number|boolean

---@class ui.map.Properties: ui.Common
---@field label string|number
---@field pins (ui.pin)[]
---@field zoom? integer
---@field [integer] ui.Node|string|number|boolean

---Places as pins on an empty map, and as a list.
---@param properties ui.map.Properties
---@return ui.Node
function ui.map(properties) end

---@class ui.access
---@field keys? (string|number)[]
---@field pointer? boolean
---@field wheel? boolean
---@field [integer] ui.Node|string|number|boolean

---@class ui.canvas.Properties: ui.Common
---@field label string|number
---@field describe? string|number
---@field width integer
---@field height integer
---@field ops? (string|number)[][]
---@field script? string
---@field run? "static"|"client"|"server"
---@field fps? integer
---@field input? ui.access
---@field pixelated? boolean
---@field args? table<string, any>
---@field on_event? string
---@field [integer] ui.Node|string|number|boolean

---A drawing made of lines, shapes and words.
---@param properties ui.canvas.Properties
---@return ui.Node
function ui.canvas(properties) end

---@class ui.embed.Properties: ui.Common
---@field app string
---@field view? string
---@field args? table<string, any>
---@field label string|number
---@field [integer] ui.Node|string|number|boolean

---The way to another app, here or in another group.
---@param properties ui.embed.Properties
---@return ui.Node
function ui.embed(properties) end

---@class ui.item
---@field title? string|number
---@field text? string|number
---@field href? string
---@field image? string
---@field alt? string|number
---@field meta? string|number
---@field tone? "neutral"|"info"|"good"|"warn"|"bad"
---@field actions? (ui.Node|string)[]
---@field key? string|number
---@field [integer] ui.Node|string|number|boolean

---@class ui.list.Properties: ui.Common
---@field items? (ui.item|string)[]
---@field body? (ui.Node|string)[]
---@field ordered? boolean
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---A list of items, each with a title, text and buttons.
---@param properties ui.list.Properties
---@return ui.Node
function ui.list(properties) end

---@class ui.column
---@field key string
---@field label string|number
---@field kind? "text"|"number"|"time"|"link"|"node"
---@field align? "start"|"center"|"end"
---@field sort? boolean
---@field [integer] ui.Node|string|number|boolean

---@class ui.table.Properties: ui.Common
---@field caption? string|number
---@field columns (ui.column)[]
---@field rows (any)[]
---@field row_key? string
---@field row_href? string
---@field empty? string|number
---@field page? integer
---@field pages? integer
---@field [integer] ui.Node|string|number|boolean

---Rows and columns under a caption.
---@param properties ui.table.Properties|string|number
---@return ui.Node
function ui.table(properties) end

---@class ui.series
---@field name string|number
---@field data (any)[]
---@field [integer] ui.Node|string|number|boolean

---@class ui.chart.Properties: ui.Common
---@field kind "line"|"bar"|"area"|"pie"|"spark"
---@field label string|number
---@field summary? string|number
---@field x? (string|number)[]
---@field series (ui.series)[]
---@field unit? string|number
---@field stacked? boolean
---@field [integer] ui.Node|string|number|boolean

---Numbers as a drawing, with one sentence about them and the numbers as a table.
---@param properties ui.chart.Properties
---@return ui.Node
function ui.chart(properties) end

---@class ui.progress.Properties: ui.Common
---@field label string|number
---@field value? number
---@field max? number
---@field [integer] ui.Node|string|number|boolean

---How much of something is done.
---@param properties ui.progress.Properties
---@return ui.Node
function ui.progress(properties) end

---@class ui.form.Properties: ui.Common
---@field on string
---@field args? table<string, any>
---@field body? (ui.Node|string)[]
---@field submit? string|number
---@field errors? table<string, string|number>
---@field values? table<string, string|number>
---@field label? string|number
---@field [integer] ui.Node|string|number|boolean

---Fields and a button that sends them to a handler.
---@param properties ui.form.Properties
---@return ui.Node
function ui.form(properties) end

---@class ui.input.Properties: ui.Common
---@field name string
---@field label? string|number
---@field kind? "text"|"multiline"|"number"|"email"|"url"|"tel"|"search"|"password"|"date"|"time"|"datetime"|"month"|"color"|"range"
---@field value? string|number
---@field hint? string|number
---@field placeholder? string|number
---@field required? boolean
---@field min? string|number
---@field max? string|number
---@field step? number
---@field min_length? integer
---@field max_length? integer
---@field pattern? string|number
---@field rows? integer
---@field suggest? (string|number)[]
---@field autocomplete? string|number
---@field error? string|number
---@field on_change? string
---@field [integer] ui.Node|string|number|boolean

---A field to type into.
---@param properties ui.input.Properties|string|number
---@return ui.Node
function ui.input(properties) end

---@class ui.option
---@field value? string|number
---@field label? string|number
---@field group? string|number
---@field disabled? boolean
---@field [integer] ui.Node|string|number|boolean

---@class ui.select.Properties: ui.Common
---@field name string
---@field label? string|number
---@field options (ui.option|string)[]
---@field value? any
---@field many? boolean
---@field as? "menu"|"radios"|"checks"
---@field hint? string|number
---@field required? boolean
---@field error? string|number
---@field on_change? string
---@field [integer] ui.Node|string|number|boolean

---A choice of one or several from a list.
---@param properties ui.select.Properties|string|number
---@return ui.Node
function ui.select(properties) end

---@class ui.check.Properties: ui.Common
---@field name string
---@field label? string|number
---@field checked? boolean
---@field switch? boolean
---@field hint? string|number
---@field error? string|number
---@field on_change? string
---@field [integer] ui.Node|string|number|boolean

---A yes or no.
---@param properties ui.check.Properties|string|number
---@return ui.Node
function ui.check(properties) end

---@class ui.file.Properties: ui.Common
---@field name string
---@field label? string|number
---@field accept? (string|number)[]
---@field max_bytes? integer
---@field many? boolean
---@field required? boolean
---@field hint? string|number
---@field error? string|number
---@field [integer] ui.Node|string|number|boolean

---A field to choose a file with, inside a form.
---@param properties ui.file.Properties|string|number
---@return ui.Node
function ui.file(properties) end

---@class ui.hidden.Properties: ui.Common
---@field name string
---@field value string|number
---@field [integer] ui.Node|string|number|boolean

---A value that a form sends along unseen.
---@param properties ui.hidden.Properties
---@return ui.Node
function ui.hidden(properties) end

---@class ui.button.Properties: ui.Common
---@field label? string|number
---@field on string
---@field args? table<string, any>
---@field tone? "neutral"|"primary"|"danger"|"quiet"
---@field confirm? string|number
---@field disabled? boolean
---@field icon? string
---@field shortcut? string
---@field [integer] ui.Node|string|number|boolean

---A button that calls a handler.
---@param properties ui.button.Properties|string|number
---@return ui.Node
function ui.button(properties) end

---@class ui.link.Properties: ui.Common
---@field label? string|number
---@field href string
---@field tone? "inline"|"button"
---@field [integer] ui.Node|string|number|boolean

---A link inside the app, or to an address elsewhere.
---@param properties ui.link.Properties|string|number
---@return ui.Node
function ui.link(properties) end

---@class ui.menu.Properties: ui.Common
---@field label? string|number
---@field body (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---Buttons and links behind one word.
---@param properties ui.menu.Properties|string|number
---@return ui.Node
function ui.menu(properties) end

---@class ui.person
---@field id? string|number
---@field name? string|number
---@field handle? string|number
---@field avatar? string
---@field href? string
---@field [integer] ui.Node|string|number|boolean

---@class ui.people.Properties: ui.Common
---@field label string|number
---@field items (ui.person|string)[]
---@field [integer] ui.Node|string|number|boolean

---A list of people.
---@param properties ui.people.Properties
---@return ui.Node
function ui.people(properties) end

---@class ui.document.Properties: ui.Common
---@field doc string
---@field label string|number
---@field edit? boolean
---@field history? boolean
---@field format? "markdown"|"plain"
---@field on_save? string
---@field placeholder? string|number
---@field [integer] ui.Node|string|number|boolean

---A text that people write together, with its history.
---@param properties ui.document.Properties
---@return ui.Node
function ui.document(properties) end

---@class ui.message
---@field id string
---@field from ui.person|string
---@field at integer|string
---@field text string|number
---@field mine? boolean
---@field attachments? (ui.Node|string)[]
---@field actions? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---@class ui.composer
---@field on string
---@field label? string|number
---@field placeholder? string|number
---@field submit? string|number
---@field max? integer
---@field attach? boolean
---@field value? string|number
---@field args? table<string, any>
---@field [integer] ui.Node|string|number|boolean

---@class ui.messages.Properties: ui.Common
---@field label string|number
---@field thread? string
---@field items? (ui.message)[]
---@field composer? ui.composer
---@field older? string
---@field [integer] ui.Node|string|number|boolean

---What people say to each other, oldest first, and a field to say more.
---@param properties ui.messages.Properties
---@return ui.Node
function ui.messages(properties) end

---@class ui.post
---@field id string
---@field author ui.person|string
---@field at integer|string
---@field text string|number
---@field cw? string|number
---@field media? (ui.Node|string)[]
---@field boosted_by? ui.person|string
---@field reply_to? string|number
---@field href? string
---@field counts? table<string, string|number>
---@field actions? (ui.Node|string)[]
---@field [integer] ui.Node|string|number|boolean

---@class ui.timeline.Properties: ui.Common
---@field label string|number
---@field feed? string
---@field items? (ui.post)[]
---@field composer? ui.composer
---@field older? string
---@field publish? "none"|"atom"|"activitypub"
---@field [integer] ui.Node|string|number|boolean

---Posts, newest first; programs can follow them as a feed.
---@param properties ui.timeline.Properties
---@return ui.Node
function ui.timeline(properties) end

---@class ui.picker.Properties: ui.Common
---@field name string
---@field label? string|number
---@field kind "person"|"document"|"feed"|"file"|"app"
---@field rights? "read"|"write"
---@field why string|number
---@field on? string
---@field [integer] ui.Node|string|number|boolean

---Asks a person to hand one thing over, chosen by them.
---@param properties ui.picker.Properties|string|number
---@return ui.Node
function ui.picker(properties) end

---@class ui.compose.Properties: ui.Common
---@field label? string|number
---@field kind? "post"|"message"
---@field text? string|number
---@field to? (string|number)[]
---@field cw? string|number
---@field visibility? "public"|"followers"|"group"|"direct"
---@field on_sent? string
---@field [integer] ui.Node|string|number|boolean

---A draft of a post or message that a person may look at, change and send.
---@param properties ui.compose.Properties|string|number
---@return ui.Node
function ui.compose(properties) end
