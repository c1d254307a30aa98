# What the group itself says, in English. A test holds the keys of all languages against each other,
# and each against the pages that use it. Words stand in ui.md's list: app, release, fork, grant, run.

# ---- the frame of every page
skip = Skip to the content
bar-group = Group
home = Home
apps = Apps
my-copy = My copy
care = Care
sign-in = Sign in
join = Join
done = Done:
problem = Problem:
safe-mode = Safe mode is on: apps are switched off while an admin looks after something. Your data is safe.
footer = Your data stays with { $group }. Every app shows its source, and you can take yours along as one file.
reading = How pages look for you

# ---- the bar of an app
bar-about-app = About this app
bar-app = This app
app-by = by @{ $owner }
app-release = release { $number }
app-draft = draft
tab-open = Open
tab-source = See how it works
tab-fork = Fork
tab-edit = Edit
tab-settings = Settings
tab-grants = Grants
tab-receipts = Receipts
tab-log = Log

# ---- the first page
welcome = Welcome
group-sentence = Small apps our community makes for itself.
use-look-change = Use them. Look inside. Change them.
counts = { $people ->
    [one] One person
   *[other] { $people } people
}, { $apps ->
    [one] one app.
   *[other] { $apps } apps.
}
try-one = Try one now
all-of-it = This is all of it
how-it-works = This is how it works
more-lines = { $count ->
    [one] … one more line
   *[other] … { $count } more lines
}
make-copy = Make my own copy
read-rest = Read the rest
more-apps = More apps made here
all-apps = All apps
how = How it works
how-use = Use it.
how-use-more = No account is needed for what everybody may use.
how-change = Change it.
how-change-more = Make your own copy and change a word or a number. The original stays as it is.
how-keep = Keep it.
how-keep-more = Join when you want others to use yours.
join-group = Join { $group }
no-apps = There are no public apps here yet.
no-apps-more = Sign in to see what people of this group made, or make the first one.

# ---- signing in and joining
handle = Your name here
handle-hint = Like ana, without the @.
handle-new-hint = Small letters, digits and hyphens, like ana. It is part of the address of your apps.
called = What people call you
password = Password
password-hint = At least 8 characters. Three words that do not belong together are good.
new-here = New here?
forgot = Forgot your password? Ask an admin of the group: they can give you a new one.
closed = { $group } takes no new people at the moment.
by-invitation = People join { $group } by invitation. If somebody sent you a link, open it again; each works once and for 14 days.
has-account = You have an account already?
invited-admin = This link makes you an admin of the group. It works once.
invited = You are invited. Choose a name and a password, and you are in.
choose = Choose a name and a password, and you are in.
begin-small = New accounts begin small: 5 apps, 20 MiB, and reading from addresses you type. An admin can make you a member.
look-at-apps = Look at the apps

# ---- home
hello = Hello
hello-name = Hello,
new-app = New app
needs-you = Needs you
share-used = { $percent } % of your share is used. At 100 % what needs it rests.
see-what-uses = See what uses it
today = Today
my-apps = My apps
my-share = My share
begin-anew = Daily shares begin anew
details = Details
nothing-yet = You have no apps yet.
nothing-yet-more = An app begins as a copy: take one that runs, change a word, and it is yours. It takes a minute.
fork-this = Fork { $app }
choose-other = Or choose another one to begin with
make-blank = Make a blank app
ran = ran
edit = Edit
settings = Settings

# ---- what went wrong
back-to-page = Back to the page
see-what-is-used = See what is used
answer-number = Answer { $status }.
e400 = That request made no sense
e400-more = Go back, look at what you sent, and try again.
e401 = Please sign in
e401-more = This page is for people who are signed in.
e403 = That is not yours to do
e403-more = You may look, but this belongs to somebody else. You can fork an app and change your own copy.
e404 = There is nothing here
e404-more = The address may be old or mistyped, or the page is not for you. If it is a private app, sign in first.
e405 = That does not work here
e405-more = Go back and use the buttons of the page.
e409 = Somebody was faster
e409-more = It changed while you looked at it. Open the page again; what you typed is still in your browser if you go back.
e413 = That is too large
e413-more = Send less at once: a request may have 5 MiB.
e422 = Something needs mending
e422-more = Go back and look at the fields again. What you typed is still there.
e429 = That was a lot
e429-more = An allowance is used up for now. Wait a little and try again.
e502 = Something outside did not answer
e502-more = Nothing was lost. Try again in a minute.
e500 = Something went wrong here
e500-more = It is our fault, not yours. Nothing was lost; try again, and tell an admin if it stays.
