//! All commands, their words, and where they lead.

use crate::{person, server};
use clap::{Args, Parser, Subcommand};
use model::{Kind, Problem};
use std::path::PathBuf;

/// Why a command failed, with its exit code: 1 the app's error, 2 usage, 3 sign-in, 4 network, 5 out of gas.
pub(crate) struct Failure {
    pub code: u8,
    pub text: String,
}

impl Failure {
    pub(crate) fn new(code: u8, text: impl Into<String>) -> Failure {
        Failure { code, text: text.into() }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        let code = match problem.kind {
            Kind::Invalid => 2,
            Kind::SignIn | Kind::Forbidden => 3,
            Kind::Outside => 4,
            Kind::OverQuota => 5,
            _ => 1,
        };
        let private = problem.private();
        let text = if private.is_empty() {
            problem.public.clone()
        } else {
            format!("{} ({private})", problem.public)
        };
        Failure { code, text }
    }
}

/// Small apps that a community makes for itself.
#[derive(Parser)]
#[command(name = "allot", version)]
pub(crate) struct Commands {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Start a group.
    Serve(server::Serve),
    /// Make accounts.
    #[command(subcommand)]
    Account(AccountWhat),
    /// Make an API token for an account, and print it once.
    Token {
        name: String,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
    },
    /// Keep or bring back everything a group knows.
    #[command(subcommand)]
    Backup(BackupWhat),
    /// Keep a token for a group; it is read from ALLOT_TOKEN or standard input.
    Login { url: String },
    /// Write a folder with a new app.
    New { name: String },
    /// Send a folder as a draft and check it.
    Check(OnFolder),
    /// Send a folder and publish it.
    Push {
        #[command(flatten)]
        on: OnFolder,
        /// What changed.
        #[arg(short, long, default_value = "")]
        message: String,
    },
    /// Run one handler of the draft, like at.hourly or on.save.
    Run {
        #[command(flatten)]
        on: OnFolder,
        handler: String,
        /// Arguments as name=value.
        args: Vec<String>,
    },
    /// Show an app's page as text.
    Show(OnApp),
    /// Press a button by its label.
    Do {
        #[command(flatten)]
        on: OnApp,
        label: String,
        /// Fields of its form as name=value.
        #[arg(long)]
        set: Vec<String>,
    },
    /// Copy an app into your own.
    Fork {
        #[command(flatten)]
        on: OnApp,
        /// The name of your copy.
        #[arg(long)]
        name: Option<String>,
    },
    /// Write an app's files into a folder.
    Export {
        #[command(flatten)]
        on: OnApp,
        to: PathBuf,
    },
    /// Show or change settings, as name=value.
    Settings {
        #[command(flatten)]
        on: OnApp,
        values: Vec<String>,
    },
    /// Show what an app wants, or allow it: allow @ana/poll git.write https://….
    Allow {
        #[command(flatten)]
        on: OnApp,
        verb: Option<String>,
        object: Option<String>,
        /// The setting that names the address.
        #[arg(long)]
        setting: Option<String>,
        /// Read a token for the address from standard input.
        #[arg(long)]
        token_stdin: bool,
    },
    /// Show the event log.
    Logs {
        #[command(flatten)]
        on: OnApp,
        /// Go on as events come.
        #[arg(short)]
        follow: bool,
    },
    /// Show what runs cost and did.
    Receipts(OnApp),
}

#[derive(Subcommand)]
enum AccountWhat {
    /// Make an account.
    Add(server::AddAccount),
}

#[derive(Subcommand)]
enum BackupWhat {
    /// Write everything into one file, while the group runs.
    Create {
        file: PathBuf,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
    },
    /// Bring a backup back into an empty folder.
    Restore {
        file: PathBuf,
        #[arg(long, default_value = server::DATA)]
        data: PathBuf,
    },
}

/// Which group, and how to answer.
#[derive(Args, Clone)]
pub(crate) struct At {
    /// The group's address; the one of the last login if none is given.
    #[arg(long)]
    pub group: Option<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
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
    /// The app, like @ana/poll.
    pub app: String,
}

/// Does what a command says.
pub(crate) fn run(commands: Commands) -> Result<(), Failure> {
    match commands.what {
        What::Serve(serve) => server::serve(&serve),
        What::Account(AccountWhat::Add(add)) => server::add_account(&add),
        What::Token { name, data } => server::token(&name, &data),
        What::Backup(BackupWhat::Create { file, data }) => server::backup(&file, &data),
        What::Backup(BackupWhat::Restore { file, data }) => server::restore(&file, &data),
        What::Login { url } => person::login(&url),
        What::New { name } => person::new(&name),
        What::Check(on) => person::check(&on),
        What::Push { on, message } => person::push(&on, &message),
        What::Run { on, handler, args } => person::run(&on, &handler, &args),
        What::Show(on) => person::show(&on),
        What::Do { on, label, set } => person::press(&on, &label, &set),
        What::Fork { on, name } => person::fork(&on, name.as_deref()),
        What::Export { on, to } => person::export(&on, &to),
        What::Settings { on, values } => person::settings(&on, &values),
        What::Allow { on, verb, object, setting, token_stdin } => person::allow(
            &on,
            verb.as_deref().zip(object.as_deref()),
            setting.as_deref(),
            token_stdin,
        ),
        What::Logs { on, follow } => person::logs(&on, follow),
        What::Receipts(on) => person::receipts(&on),
    }
}
