//! All commands, their words, and where they lead.

use crate::failure::Failure;
use crate::person::language::Language;
use crate::say::Say;
use crate::{person, server, worker};
use clap::{Args, Parser, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Small apps that a community makes for itself.
#[derive(Parser)]
#[command(
    name = "allot",
    version,
    after_help = "Exit codes: 0 done, 1 the app's error, 2 the command is wrong, 3 sign in, 4 network, 5 out of gas.\nALLOT_TOKEN stands for a login; with it and --group nothing is kept on disk."
)]
pub(crate) struct Commands {
    /// Answer as JSON: results on standard output, failures as one line on standard error.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    // ---- for people
    /// Keep a token for a group; it is typed, or read from ALLOT_TOKEN or standard input.
    Login {
        /// The group's address, like oak.example.
        url: String,
    },
    /// Write a folder with a new app, or with a copy of another one's files.
    New {
        /// The app's name; with --from, the original's if none is given.
        name: Option<String>,
        /// An app to copy, like @ana/poll.
        #[arg(long)]
        from: Option<String>,
        /// What it is written in.
        #[arg(long, value_enum, default_value_t, conflicts_with = "from")]
        lang: Language,
        #[command(flatten)]
        at: At,
    },
    /// Say what is wrong with a folder's app. Nothing is sent.
    Check {
        /// The app's folder.
        #[arg(long, default_value = ".")]
        folder: PathBuf,
    },
    /// Send a folder and publish it.
    Push {
        #[command(flatten)]
        on: OnFolder,
        /// What changed.
        #[arg(short, long, default_value = "")]
        message: String,
        /// Only tell what it would do to the data, where it takes data over.
        #[arg(long)]
        rehearse: bool,
    },
    /// Run one handler of a folder's app as a draft, on data of its own.
    Run {
        #[command(flatten)]
        on: OnFolder,
        /// Like at.hourly or on.save; without one, the page is shown.
        handler: Option<String>,
        /// Arguments as name=value.
        args: Vec<String>,
    },
    /// List apps.
    Apps {
        /// Words that their names, titles or summaries have.
        #[arg(default_value = "")]
        search: String,
        /// Only your own, drafts too.
        #[arg(long)]
        mine: bool,
        #[command(flatten)]
        at: At,
    },
    /// Show an app's page as text.
    Show {
        #[command(flatten)]
        on: OnApp,
        /// Where in the app, like /list/3.
        #[arg(long, default_value = "/")]
        path: String,
        /// Your draft of it.
        #[arg(long)]
        draft: bool,
    },
    /// Press a button by its label.
    Do {
        #[command(flatten)]
        on: OnApp,
        label: String,
        /// Fields of its form as name=value.
        #[arg(long)]
        set: Vec<String>,
        /// Where in the app the button is, like /list/3.
        #[arg(long, default_value = "/")]
        path: String,
    },
    /// Copy an app into your own, in the group.
    Fork {
        #[command(flatten)]
        on: OnApp,
        /// The name of your copy.
        #[arg(long)]
        name: Option<String>,
    },
    /// Show what differs between two states of an app; without any, what your draft changes.
    Diff {
        #[command(flatten)]
        on: OnApp,
        /// The number of a release, draft, or original for what your fork knows of its original.
        from: Option<String>,
        /// The same; the draft if none is given.
        to: Option<String>,
    },
    /// Take what the original of your fork has published since into your draft.
    Take(Take),
    /// Run an older release again; with --data the one from before the data was taken over.
    Back {
        #[command(flatten)]
        on: OnApp,
        /// Its number.
        release: Option<u64>,
        /// Go back to the data, too, within 30 days.
        #[arg(long)]
        data: bool,
    },
    /// Let your fork take what its original publishes by itself, a day later.
    Follow {
        #[command(flatten)]
        on: OnApp,
        /// Not any more.
        #[arg(long)]
        off: bool,
        /// Although it holds grants, which new code could use.
        #[arg(long)]
        also_with_grants: bool,
    },
    /// Suggest your draft to the author of the original.
    Suggest {
        #[command(flatten)]
        on: OnApp,
        /// What it changes, and why.
        #[arg(short, long, default_value = "")]
        message: String,
    },
    /// List the suggestions for an app, or answer one.
    Suggestions(Suggestions),
    /// Write an app into one file; your own with its data and history.
    Export {
        #[command(flatten)]
        on: OnApp,
        /// The file; NAME.allot if none is given.
        file: Option<PathBuf>,
    },
    /// Make an app of a file that an export wrote.
    Import {
        file: PathBuf,
        /// Another name for it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Show or change settings, as name=value.
    Settings {
        #[command(flatten)]
        on: OnApp,
        values: Vec<String>,
    },
    /// Show what an app wants, or allow it: allow @ana/poll git.write https://….
    Allow(Allow),
    /// Show the event log.
    Logs {
        #[command(flatten)]
        on: OnApp,
        /// Go on as events come.
        #[arg(short, long)]
        follow: bool,
    },
    /// Show what runs cost and did.
    Receipts(OnApp),
    /// Show what is left of your allowances.
    Usage(At),
    // ---- for operators
    /// Start a group.
    Serve(server::Serve),
    /// Make accounts.
    #[command(subcommand)]
    Account(AccountWhat),
    /// Make an API token for an account, and print it once.
    Token {
        name: String,
        /// One that only looks.
        #[arg(long)]
        read_only: bool,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
    },
    /// Keep or bring back everything a group knows.
    #[command(subcommand)]
    Backup(BackupWhat),
    /// Say how a group's folder, this machine and your login stand, and how to mend them.
    Doctor(server::Doctor),
    /// Measure what the walls around people's code cost on this machine.
    Bench(server::Bench),
    /// Run people's code for a server that starts this.
    #[command(subcommand, hide = true)]
    Worker(WorkerWhat),
}

#[derive(Subcommand)]
enum WorkerWhat {
    /// Run Lua.
    Lua,
    /// Run one app in another language.
    Component,
    /// Compile such apps.
    Compile,
    /// Parse what people and strangers wrote.
    Parse,
}

#[derive(Subcommand)]
enum AccountWhat {
    /// Make an account.
    Add(server::AddAccount),
}

#[derive(Subcommand)]
enum BackupWhat {
    /// Write everything into one file, while the group runs, and bring it back on trial.
    Create {
        file: PathBuf,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
        /// Leave the trial out.
        #[arg(long)]
        no_verify: bool,
    },
    /// Bring a backup back into an empty folder.
    Restore {
        file: PathBuf,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
    },
}

/// Which group.
#[derive(Args, Clone)]
pub(crate) struct At {
    /// The group's address; the one of the last login if none is given.
    #[arg(long)]
    pub group: Option<String>,
}

/// An app in a folder.
#[derive(Args, Clone)]
pub(crate) struct OnFolder {
    #[command(flatten)]
    pub at: At,
    /// The app's folder.
    #[arg(long, default_value = ".")]
    pub folder: PathBuf,
}

/// An app in a group.
#[derive(Args, Clone)]
pub(crate) struct OnApp {
    #[command(flatten)]
    pub at: At,
    /// The app, like @ana/poll, or @ana@oak.example/poll.
    pub app: String,
}

impl OnApp {
    /// `@ana@oak.example/poll` names the group too.
    fn resolved(mut self) -> OnApp {
        let bare = self.app.strip_prefix('@').unwrap_or(&self.app);
        let parts =
            bare.split_once('/').and_then(|(owner, app)| Some((owner.split_once('@')?, app)));
        if let Some(((handle, host), app)) = parts {
            self.at.group = self.at.group.or_else(|| Some(host.to_owned()));
            self.app = format!("@{handle}/{app}");
        }
        self
    }
}

/// A grant to give.
#[derive(Args)]
pub(crate) struct Allow {
    #[command(flatten)]
    pub on: OnApp,
    /// What it may do, like http.fetch.
    #[arg(requires = "object")]
    pub verb: Option<String>,
    /// The address for which it may.
    pub object: Option<String>,
    /// The setting that names the address.
    #[arg(long)]
    pub setting: Option<String>,
    /// HTTP methods it may use there; GET and HEAD if none is given.
    #[arg(long = "method")]
    pub methods: Vec<String>,
    /// Read a token for the address from standard input.
    #[arg(long)]
    pub token_stdin: bool,
}

/// What to take of an original.
#[derive(Args)]
pub(crate) struct Take {
    #[command(flatten)]
    pub on: OnApp,
    /// Up to which of its releases; the newest if none is given.
    #[arg(long)]
    pub release: Option<u64>,
    /// What becomes of files that both changed: mine, theirs, or marks around both versions.
    #[arg(long)]
    pub how: Option<String>,
    /// Only list what there is.
    #[arg(long)]
    pub look: bool,
}

/// Which suggestion, and the answer.
#[derive(Args)]
pub(crate) struct Suggestions {
    #[command(flatten)]
    pub on: OnApp,
    /// Which one.
    #[arg(requires = "answer")]
    pub id: Option<String>,
    /// take, decline, withdraw (your own), or remove (admins).
    pub answer: Option<String>,
    /// What becomes of files that both changed: mine, theirs, or marks around both versions.
    #[arg(long)]
    pub how: Option<String>,
    /// A word to whoever made it.
    #[arg(long, default_value = "")]
    pub word: String,
}

/// Arguments like `name=value`.
fn pairs(args: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    args.iter()
        .map(|arg| match arg.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(Failure::usage(format!("“{arg}” has no =. Write it as name=value."))),
        })
        .collect()
}

/// Does what a command says.
pub(crate) fn run(commands: Commands) -> Result<(), Failure> {
    let say = Say::new(commands.json);
    match commands.what {
        What::Login { url } => person::login(&url, say),
        What::New { name, from: None, lang, .. } => person::new(name.as_deref(), lang, say),
        What::New { name, from: Some(app), at, .. } => {
            let on = OnApp { at, app }.resolved();
            person::copy(&on.at, name.as_deref(), &on.app, say)
        }
        What::Check { folder } => person::check(&folder, say),
        What::Push { on, message, rehearse } => person::push(&on, &message, rehearse, say),
        What::Run { on, handler, args } => {
            person::run(&on, handler.as_deref(), &pairs(&args)?, say)
        }
        What::Apps { search, mine, at } => person::apps(&at, &search, mine, say),
        What::Show { on, path, draft } => person::show(&on.resolved(), &path, draft, say),
        What::Do { on, label, set, path } => {
            person::press(&on.resolved(), &label, &pairs(&set)?, &path, say)
        }
        What::Fork { on, name } => person::fork(&on.resolved(), name.as_deref(), say),
        What::Diff { on, from, to } => {
            person::diff(&on.resolved(), from.as_deref(), to.as_deref(), say)
        }
        What::Take(take) => person::take(&Take { on: take.on.resolved(), ..take }, say),
        What::Back { on, release, data } => person::back(&on.resolved(), release, data, say),
        What::Follow { on, off, also_with_grants } => {
            person::follow(&on.resolved(), !off, also_with_grants, say)
        }
        What::Suggest { on, message } => person::suggest(&on.resolved(), &message, say),
        What::Suggestions(asked) => {
            person::suggestions(&Suggestions { on: asked.on.resolved(), ..asked }, say)
        }
        What::Export { on, file } => person::export(&on.resolved(), file.as_deref(), say),
        What::Import { file, name, at } => person::import(&at, &file, name.as_deref(), say),
        What::Settings { on, values } => person::settings(&on.resolved(), &pairs(&values)?, say),
        What::Allow(allow) => person::allow(&Allow { on: allow.on.resolved(), ..allow }, say),
        What::Logs { on, follow } => person::logs(&on.resolved(), follow, say),
        What::Receipts(on) => person::receipts(&on.resolved(), say),
        What::Usage(at) => person::usage(&at, say),
        What::Serve(serve) => server::serve(&serve),
        What::Worker(WorkerWhat::Lua | WorkerWhat::Component) => worker::guests(),
        What::Worker(WorkerWhat::Compile) => worker::compile(),
        What::Worker(WorkerWhat::Parse) => worker::parse(),
        What::Account(AccountWhat::Add(add)) => server::add_account(&add, say),
        What::Token { name, read_only, data } => server::token(&name, read_only, &data, say),
        What::Backup(BackupWhat::Create { file, data, no_verify }) => {
            server::backup(&file, &data, !no_verify, say)
        }
        What::Backup(BackupWhat::Restore { file, data }) => server::restore(&file, &data, say),
        What::Doctor(asked) => server::doctor(&asked, say),
        What::Bench(asked) => server::bench(&asked, say),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_its_group() {
        for (typed, group, app, expect) in [
            ("@ana/poll", None, "@ana/poll", None),
            ("ana/poll", Some("elm.example"), "ana/poll", Some("elm.example")),
            ("@ana@oak.example/poll", None, "@ana/poll", Some("oak.example")),
            ("@ana@oak.example/poll", Some("elm.example"), "@ana/poll", Some("elm.example")),
            ("poll", None, "poll", None),
        ] {
            let at = At { group: group.map(str::to_owned) };
            let on = OnApp { at, app: typed.to_owned() }.resolved();
            assert_eq!((on.app.as_str(), on.at.group.as_deref()), (app, expect), "{typed}");
        }
    }

    #[test]
    fn the_words_of_commands_are_in_order() {
        use clap::CommandFactory;
        Commands::command().debug_assert();
    }
}
