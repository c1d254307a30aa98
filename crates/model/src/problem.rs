//! Problems: a small kind, a text for people, and a private text for the log that no door shows.

use std::fmt;

/// What sort of problem it is; doors map it to a status in one `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is wrong; say how to mend it.
    Invalid,
    /// Nobody is signed in.
    SignIn,
    /// Signed in, but not allowed.
    Forbidden,
    /// It does not exist, or the asker has no right to know.
    NotFound,
    /// It changed meanwhile, or the name is taken.
    Conflict,
    /// An allowance is used up.
    OverQuota,
    /// Something outside did not answer.
    Outside,
    /// The group itself is at fault.
    Internal,
}

/// A failure with two texts. `public` is a whole sentence that says what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    pub public: String,
    private: String,
}

impl Problem {
    /// A problem with its public text.
    pub fn new(kind: Kind, public: impl Into<String>) -> Problem {
        Problem { kind, public: public.into(), private: String::new() }
    }

    /// The request is wrong.
    pub fn invalid(public: impl Into<String>) -> Problem {
        Problem::new(Kind::Invalid, public)
    }

    /// No such thing, or none that the asker may know of.
    pub fn not_found(public: impl Into<String>) -> Problem {
        Problem::new(Kind::NotFound, public)
    }

    /// Signed in, but not allowed.
    pub fn forbidden(public: impl Into<String>) -> Problem {
        Problem::new(Kind::Forbidden, public)
    }

    /// The group's own fault: the public text tells nothing of the inside.
    pub fn internal(private: impl Into<String>) -> Problem {
        Problem::new(
            Kind::Internal,
            "Something went wrong in the group. Nothing was lost; try again, and tell an admin if it stays.",
        )
        .privately(private)
    }

    /// Attaches what was being done, for the log only.
    #[must_use]
    pub fn privately(mut self, text: impl Into<String>) -> Problem {
        self.private = text.into();
        self
    }

    /// The text for the log. No door may write it into an answer.
    #[must_use]
    pub fn private(&self) -> &str {
        &self.private
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public)
    }
}

impl std::error::Error for Problem {}

/// What fallible functions of ours return.
pub type Result<T> = std::result::Result<T, Problem>;
