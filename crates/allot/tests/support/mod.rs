//! The real binary: a served group in a temporary folder, and its command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use tempfile::TempDir;

/// A group in a folder, served or not.
pub struct Served {
    pub data: TempDir,
    pub url: String,
    /// Hours by which the clock of the server is ahead from its next start on.
    pub hours_ahead: u64,
    token: String,
    private: Vec<String>,
    server: Option<Child>,
    _talk: Option<BufReader<ChildStdout>>,
}

impl Served {
    /// A new group with one admin, `ana`, which may reach these places of this machine.
    pub fn start(private: &[String]) -> Served {
        let data = tempfile::tempdir().unwrap();
        let mut served = Served {
            data,
            url: String::new(),
            hours_ahead: 0,
            token: String::new(),
            private: private.to_vec(),
            server: None,
            _talk: None,
        };
        let made = served
            .admin(&["account", "add", "ana", "--admin", "--password-stdin"], "a long password");
        assert!(made.status.success(), "{made:?}");
        served.token = String::from_utf8(served.admin(&["token", "ana"], "").stdout)
            .unwrap()
            .trim()
            .to_owned();
        served.serve(None);
        served
    }

    /// Serves the folder; the server stops dead at a named point, if one is given.
    pub fn serve(&mut self, crash_at: Option<&str>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allot"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(self.data.path());
        for place in &self.private {
            command.args(["--allow-private", place]);
        }
        command.env("ALLOT_CLOCK_AHEAD", (self.hours_ahead * 3600).to_string());
        if let Some(point) = crash_at {
            command.env("ALLOT_CRASH_AT", point);
        }
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        talk.read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap();
        self.url = address.trim_end_matches('/').replace("localhost", "127.0.0.1");
        self.server = Some(server);
        self._talk = Some(talk);
    }

    /// Waits until the server stands at its crash point, and kills it there.
    pub fn killed_at_its_point(&mut self, point: &str) {
        let mut server = self.server.take().unwrap();
        let errors = BufReader::new(server.stderr.take().unwrap());
        let reached =
            errors.lines().map_while(Result::ok).any(|line| line == format!("crash point {point}"));
        assert!(reached, "the server never came to {point}");
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Kills the server's workers of a kind; whether there was one.
    pub fn kill_workers(&self, kind: &str) -> bool {
        let server = self.server.as_ref().unwrap().id().to_string();
        let kill = ["-KILL", "-P", &server, "-f", &format!("worker {kind}$")];
        Command::new("pkill").args(kill).status().unwrap().success()
    }

    /// Kills the server wherever it is.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    fn admin(&self, args: &[&str], input: &str) -> Output {
        let data = self.data.path().to_str().unwrap();
        run(Command::new(env!("CARGO_BIN_EXE_allot")).args(args).args(["--data", data]), input)
    }

    /// The token of `ana`.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Another token of `ana`.
    pub fn new_token(&self, flags: &[&str]) -> String {
        let made = self.admin(&[&["token", "ana"], flags].concat(), "");
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// A command of a person, which must succeed.
    pub fn allot(&self, args: &[&str], input: &str) -> String {
        let output = self.try_allot(args, input);
        assert!(output.status.success(), "allot {args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A command of a person.
    pub fn try_allot(&self, args: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allot"));
        command.args(args).args(["--group", &self.url]).env("ALLOT_TOKEN", &self.token);
        run(&mut command, input)
    }

    /// Presses a button and does not wait for the answer.
    pub fn pressing(&self, app: &str, label: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_allot"))
            .args(["do", app, label, "--group", &self.url])
            .env("ALLOT_TOKEN", &self.token)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// A folder of the examples.
    pub fn example(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
