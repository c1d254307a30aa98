//! A person at a terminal that is none: a home of their own, a folder to work in, and the binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub struct Person {
    pub home: TempDir,
    pub token: Option<String>,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Person {
    pub fn new() -> Person {
        Person { home: tempfile::tempdir().unwrap(), token: None }
    }

    /// Who has this token in their environment.
    pub fn with(token: &str) -> Person {
        Person { token: Some(token.to_owned()), ..Person::new() }
    }

    /// A path in their home, which is also where they work.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A command as it would be typed into a program: nothing of this process's surroundings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allot"));
        command.args(args).current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap());
        if let Some(token) = &self.token {
            command.env("ALLOT_TOKEN", token);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn says(&self, args: &[&str], input: &str) -> Said {
        let mut child = self.command(args).spawn().unwrap();
        // A command that reads nothing may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Said::of(child.wait_with_output().unwrap())
    }

    /// A command that must succeed, and its result.
    pub fn well(&self, args: &[&str]) -> String {
        let said = self.says(args, "");
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.out
    }

    /// The same with `--json`.
    pub fn json(&self, args: &[&str]) -> Value {
        let out = self.well(&[args, &["--json"]].concat());
        assert_eq!(out.lines().count(), 1, "{args:?}: {out}");
        serde_json::from_str(&out).expect(&out)
    }
}

impl Said {
    fn of(output: Output) -> Said {
        Said {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The mode of a file.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}
