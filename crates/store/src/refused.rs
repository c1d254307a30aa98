//! Why a batch was not kept. A refused batch changed nothing at all.

use crate::Kind;
use model::Problem;
use std::fmt;

/// Why `commit` refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A key or range that the run read has changed since: repeat it at a newer view.
    Conflict,
    /// A record is not as expected: somebody else changed it, or owns the work by now.
    Stale { kind: Kind, id: String },
    /// Another record of this kind has the name.
    NameTaken { kind: Kind, name: String },
    /// An allowance would be exceeded. `used` is what is spent so far.
    OverQuota { axis: String, used: u64, max: u64 },
    /// A limit of `model::limit` would be exceeded; the text says which.
    TooLarge(String),
    /// The store itself failed.
    Problem(Problem),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Conflict => f.write_str("The data changed meanwhile. Try again."),
            Refused::Stale { .. } => {
                f.write_str("This was changed meanwhile. Reload, look at it, and try again.")
            }
            Refused::NameTaken { name, .. } => {
                write!(f, "The name “{name}” is taken. Choose another one.")
            }
            Refused::OverQuota { axis, used, max } => {
                write!(
                    f,
                    "{used} of {max} {axis} are used, and this would go beyond. Free some, wait for tomorrow, or ask an admin."
                )
            }
            Refused::TooLarge(text) => f.write_str(text),
            Refused::Problem(problem) => f.write_str(&problem.public),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Problem(problem)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        let public = refused.to_string();
        match refused {
            Refused::Problem(problem) => problem,
            Refused::TooLarge(_) => Problem::invalid(public),
            Refused::OverQuota { .. } => Problem::new(model::Kind::OverQuota, public),
            Refused::Conflict | Refused::Stale { .. } | Refused::NameTaken { .. } => {
                Problem::new(model::Kind::Conflict, public)
            }
        }
    }
}
