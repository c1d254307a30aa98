//! Why a command failed: an exit code, a text for people, and one command to try next.

use model::{Kind, Problem};
use serde_json::json;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub code: Code,
    pub text: String,
    /// The command that leads on.
    try_next: Option<String>,
}

/// Exit codes. They are a promise: scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The app, or what was asked of the group, went wrong.
    App = 1,
    /// The command was written wrong, or its files are.
    Usage = 2,
    /// Not signed in, or not allowed.
    SignIn = 3,
    /// The group cannot be reached, or something outside it.
    Network = 4,
    /// Out of gas, or out of another allowance.
    Gas = 5,
}

impl Code {
    /// What helps in most cases of this kind.
    fn usual_way(self) -> &'static str {
        match self {
            Code::App | Code::Network => "allot doctor",
            Code::Usage => "allot help",
            Code::SignIn => "allot login URL",
            Code::Gas => "allot usage",
        }
    }
}

impl Failure {
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Failure {
        Failure { code, text: text.into(), try_next: None }
    }

    /// The command was written wrong.
    pub(crate) fn usage(text: impl Into<String>) -> Failure {
        Failure::new(Code::Usage, text)
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, err: &std::io::Error) -> Failure {
        Failure::usage(format!("{}: {err}.", path.display()))
    }

    /// With the command that leads on.
    #[must_use]
    pub(crate) fn try_next(mut self, command: impl Into<String>) -> Failure {
        self.try_next = Some(command.into());
        self
    }

    /// What goes to standard error, in words or as one line of JSON.
    pub(crate) fn shown(&self, as_json: bool) -> String {
        let try_next = self.try_next.as_deref().unwrap_or_else(|| self.code.usual_way());
        if as_json {
            let code = self.code as u8;
            let error = json!({ "code": code, "message": self.text, "try": try_next });
            return json!({ "error": error }).to_string();
        }
        format!("allot: {}\n  try: {try_next}", self.text.trim_end())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        let code = match problem.kind {
            Kind::Invalid => Code::Usage,
            Kind::SignIn | Kind::Forbidden => Code::SignIn,
            Kind::Outside => Code::Network,
            Kind::OverQuota => Code::Gas,
            Kind::NotFound | Kind::Conflict | Kind::Internal => Code::App,
        };
        // Who runs a command on the group's own machine may know what lies behind it.
        let private = problem.private();
        let text = match private.is_empty() {
            true => problem.public.clone(),
            false => format!("{} ({private})", problem.public),
        };
        Failure::new(code, text)
    }
}
