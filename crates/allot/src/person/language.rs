//! The languages a new app can be begun in. What is written is the word counter of `examples/`, with
//! another name and the interfaces of `wit/` beside it: the tests that build those build these.

use clap::ValueEnum;
use group::manifest::FILE;
use model::problem::Result;
use model::{Files, Name};

/// What an app is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    #[default]
    Lua,
    Rust,
    Js,
    Python,
    C,
}

type File = (&'static str, &'static str);

/// Files of an example, compiled in.
macro_rules! files {
    ($folder:literal, $($path:literal),+) => {
        &[$(($path, include_str!(concat!("../../../../", $folder, "/", $path)))),+]
    };
}

const RUST: &[File] = files!(
    "examples/words-rust",
    "allotment.toml",
    "main.rs",
    "Cargo.toml",
    "Cargo.lock",
    "build.sh",
    "README.md"
);
const JS: &[File] = files!(
    "examples/words-js",
    "allotment.toml",
    "main.js",
    "package.json",
    "package-lock.json",
    "build.sh",
    "README.md"
);
const PYTHON: &[File] = files!(
    "examples/words-python",
    "allotment.toml",
    "main.py",
    "requirements.txt",
    "build.sh",
    "README.md"
);
const C: &[File] = files!(
    "examples/words-c",
    "allotment.toml",
    "main.c",
    "requirements.txt",
    "build.sh",
    "README.md"
);
/// What an app may call.
const WIT: &[File] = files!("wit", "world.wit", "types.wit", "data.wit", "outside.wit", "pure.wit");

impl Language {
    fn files(self) -> &'static [File] {
        match self {
            Language::Lua => &[],
            Language::Rust => RUST,
            Language::Js => JS,
            Language::Python => PYTHON,
            Language::C => C,
        }
    }

    /// The file that holds the program.
    pub(super) fn program(self) -> &'static str {
        match self {
            Language::Lua => "main.lua",
            Language::Rust => "main.rs",
            Language::Js => "main.js",
            Language::Python => "main.py",
            Language::C => "main.c",
        }
    }

    /// A project that works: its `build.sh` writes the `main.wasm`.
    pub(super) fn project(self, name: &Name) -> Result<Files> {
        if self == Language::Lua {
            return group::blank(name);
        }
        let own = self.files().iter().map(|&(path, text)| (path.to_owned(), text.into()));
        let wit = WIT.iter().map(|&(path, text)| (format!("wit/{path}"), text.into()));
        let files = Files::new(own.chain(wit).collect())?;
        let manifest = files.text(FILE).unwrap_or_default();
        let named: Vec<String> = manifest.lines().map(|line| named(line, name)).collect();
        files.with(FILE, (named.join("\n") + "\n").into_bytes())
    }
}

/// A line of an example's manifest, for an app of this name.
fn named(line: &str, name: &Name) -> String {
    match line.split_once(" = ") {
        Some((key @ ("name" | "title"), _)) => format!("{key} = \"{name}\""),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_a_project_that_builds_main_wasm() {
        let name = Name::parse("rain-diary").unwrap();
        for &language in Language::value_variants() {
            let files = language.project(&name).unwrap();
            assert!(files.text(language.program()).is_some(), "{language:?}");
            if language == Language::Lua {
                continue;
            }
            let text = files.text(FILE).unwrap();
            assert!(
                text.contains("main = \"main.wasm\"") && text.contains("title = \"rain-diary\"")
            );
            assert!(files.text("build.sh").unwrap().contains("main.wasm"), "{language:?}");
            assert!(files.text("wit/world.wit").unwrap().contains("world app"), "{language:?}");
            assert!(files.text("README.md").unwrap().contains("sh build.sh"), "{language:?}");
        }
    }

    /// A file of `wit/` that is not here would be missed by the tools only.
    #[test]
    fn all_of_wit_is_here() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let mut here: Vec<&str> = WIT.iter().map(|(path, _)| *path).collect();
        here.sort_unstable();
        assert_eq!(there, here);
    }
}
