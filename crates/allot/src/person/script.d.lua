---Who somebody is to an app: never with a password, a token or an address.
---@class Person
---@field id string stays the same when the handle changes
---@field handle string
---@field name string
---@field lang string
---@field tz string
---@field roles string[]

---What a run is told.
---@class Context
---@field trigger string what woke the app: view, action, serve, schedule, done, failed
---@field now integer seconds since 1970; it stands still while the function runs
---@field me? Person who acts; nil if nobody is signed in
---@field owner { id: string, handle: string, name: string }
---@field app { id: string, name: string, title: string, address: string }
---@field group { host: string }
---@field chain string the chain of runs that this one belongs to
---@field lang string the language of who acts
---@field path string where in the app it happens
---@field query table<string, string>
---@field form table<string, string> what was typed into the form; of a file, its name in `files`
---@field files? table<string, Upload[]> files that came with the form, by field

---A file that came with a form.
---@class Upload
---@field file string its name in `files`
---@field name string what it was called
---@field size integer bytes
---@field type string what the browser says it is

---A web request to the app.
---@class Request
---@field method string
---@field path string
---@field query table<string, string>
---@field headers table<string, string>
---@field body string

---@class Answer
---@field status? integer
---@field headers? table<string, string>
---@field body? string

---Handlers of buttons and forms: `function on.vote(ctx, args) … end`
---@type table<string, fun(ctx: Context, args: table<string, any>): any>
on = {}

---Handlers of schedules: `function at.hourly(ctx, args) … end`
---@type table<string, fun(ctx: Context, args: any)>
at = {}

---@class Setting
---@field [1] string the label
---@field kind? "text"|"multiline"|"number"|"check"|"url"|"git"|"email"|"date"|"time"|"select"
---@field default? string|number|boolean
---@field options? string[]
---@field why? string
---@field hint? string
---@field min? number
---@field max? number

---Declares what the owner may choose: `settings{ feed = { "Feed to keep", kind = "url" } }`.
---Afterwards `settings.feed` is what they chose.
---@class Settings
---@field [string] any
---@overload fun(declared: table<string, Setting|string>)
settings = {}
