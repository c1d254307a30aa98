//! Ids: UUIDv7, made of a moment and ten random bytes that the caller brings.

use crate::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Random bytes an id needs beside its moment (RFC 9562 §5.7: 74 random bits).
pub const RANDOM_BYTES: usize = 10;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: UUIDv7 of the moment and the random bytes.
            #[must_use]
            pub fn new(at: Moment, random: [u8; RANDOM_BYTES]) -> Self {
                let ms = u64::try_from(at.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
            }

            /// Reads the hyphenated form; anything else is no id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                if text.len() != 36 {
                    return None;
                }
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }
    };
}

id!(
    /// An account, for ever: handles change, this does not.
    AccountId
);
id!(
    /// An app, for ever: names change, this does not.
    AppId
);
id!(
    /// One run.
    RunId
);
id!(
    /// One effect of a run.
    EffectId
);
id!(
    /// One grant.
    GrantId
);
id!(
    /// A causal chain of runs.
    ChainId
);
id!(
    /// One suggestion.
    SuggestionId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = AppId::new(Moment(1_000), [255; 10]);
        let late = AppId::new(Moment(1_001), [0; 10]);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(AppId::parse(&early.to_string()), Some(early));
        assert_eq!(AppId::parse("not an id"), None);
        assert_eq!(AppId::parse(&early.to_string().replace('-', "")), None);
    }
}
