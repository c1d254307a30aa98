//! Bent manifests: each is read or refused in words that say what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../testkit/src/mutate.rs"]
#[allow(unreachable_pub, reason = "it is a public module of testkit, too")]
mod mutate;

use group::manifest;
use mutate::fuzz;
use std::hash::{DefaultHasher, Hash, Hasher};

const SOUND: &str = "name = \"feed-to-git\"\ntitle = \"Feed\"\napi = 1\nmain = \"main.lua\"\nshare = \"public\"\n[[schedule]]\nname = \"hourly\"\nevery = \"1h\"\nslack = \"5m\"\n[[schedule]]\nname = \"weekly\"\ncron = \"0 7 * * MON\"\ntz = \"Europe/Berlin\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"settings.feed\"\nwhy = \"To read it.\"\n";
const WORDS: &[&str] = &[
    "[[want]]\n",
    "[[schedule]]\n",
    "every = ",
    "cron = ",
    "\"* * * * *\"",
    "99999999999999999999d",
    "-1h",
    "\"\"\"",
    "'''",
    "[",
    "{",
    "=",
    "\u{202e}",
    "0x7fffffffffffffff",
    "inf",
    "1979-05-27",
];

#[test]
fn bent_manifests_are_read_or_refused_in_words() {
    let sound = [SOUND.as_bytes().to_vec(), b"name = \"poll\"\n".to_vec()];
    fuzz(&sound, WORDS, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut hasher = DefaultHasher::new();
        match manifest::parse(&text) {
            Ok(manifest) => manifest.schedules.len().hash(&mut hasher),
            Err(problem) => {
                assert!(problem.private().is_empty(), "a failure of ours: {}", problem.private());
                assert!(problem.public.starts_with(manifest::FILE), "{}", problem.public);
                problem.public.split('\n').next_back().hash(&mut hasher);
            }
        }
        hasher.finish()
    });
}
