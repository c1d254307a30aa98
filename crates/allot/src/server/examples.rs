//! The apps that come with a group. They are compiled in, so that a new group has them without
//! asking anybody for them.

use doors::web::Example;

/// An example of this repository with its manifest, its code and what else it has.
macro_rules! example {
    ($name:literal, $($file:literal),+) => {
        Example {
            name: $name,
            files: &[$(($file, include_str!(concat!("../../../../examples/", $name, "/", $file)))),+],
        }
    };
}

/// What the first admin finds installed.
pub(super) const EXAMPLES: &[Example] = &[
    example!("supper", "allotment.toml", "main.lua"),
    example!("poll", "allotment.toml", "main.lua"),
    example!("guestbook", "allotment.toml", "main.lua"),
    example!("minutes", "allotment.toml", "main.lua"),
    example!("reading-list", "allotment.toml", "main.lua"),
    example!("feed-to-git", "allotment.toml", "main.lua"),
];
