//! The jail: what a worker might try once it is broken into, behind all layers and behind each alone.
//! What a layer must close is asked of those layers only that this kernel has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sandbox::jail::Layer;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

/// The signals of a call that the filter does not let through, and of a file that grows too large.
const FATAL: [i32; 2] = [31, 25];

const ATTEMPTS: &[&str] = &[
    "read a file",
    "list a folder",
    "read its own memory by a file",
    "read the node's environment",
    "make a file",
    "make a socket",
    "make a raw socket",
    "make a netlink socket",
    "make a vsock",
    "make a pair of sockets",
    "connect to the node's machine",
    "send a datagram",
    "signal the node",
    "trace the node",
    "read the node's memory",
    "become another user",
    "become root again",
    "start a program",
    "become another program",
    "fork",
    "start a thread",
    "set up io_uring",
    "read a key ring",
    "load a bpf program",
    "watch faults of memory",
    "make memory that is a file",
    "open performance counters",
    "mount something",
    "see the machine's name",
    "map memory that can be executed",
    "make memory executable",
    "allow itself more",
    "choose its memory's node",
    "set the clock",
    "restart the machine",
    "gain rights by a program",
    "be looked into",
    "outlive its node",
];

/// What became of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    Reached,
    Refused,
    Killed,
    /// A layer that was asked for is not to be had here.
    NotInForce,
}

/// Tries one thing behind some layers.
fn attempt(name: &str, layers: &[Layer]) -> Became {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let words: Vec<&str> = layers.iter().map(|layer| layer.word()).collect();
    let child = Command::new(env!("CARGO_BIN_EXE_jailed"))
        .args(["probe", name, &std::process::id().to_string(), &words.join(","), &port])
        .env_clear()
        .envs(model::sabotage::handed_on())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    if said.contains("not in force") {
        return Became::NotInForce;
    }
    match (child.status.signal(), said.lines().last()) {
        (Some(signal), _) if FATAL.contains(&signal) => Became::Killed,
        // A program that became another one says nothing more.
        (None, Some("reached") | None) if child.status.success() => Became::Reached,
        (None, Some(line)) if line.starts_with("refused") => Became::Refused,
        _ => panic!("{name} behind {layers:?}: {:?} {said}", child.status),
    }
}

#[test]
fn nothing_is_reached_from_a_full_jail() {
    let mut layers = Layer::ALL.to_vec();
    // Not every machine has these two; the others close everything without them.
    for optional in [Layer::Namespaces, Layer::Landlock] {
        if attempt("read a file", &[optional]) == Became::NotInForce {
            layers.retain(|layer| *layer != optional);
        }
    }
    for name in ATTEMPTS {
        let became = attempt(name, &layers);
        assert!(matches!(became, Became::Killed | Became::Refused), "{name}: {became:?}");
    }
}

#[test]
fn without_a_jail_they_are_reached() {
    let reached = ATTEMPTS.iter().filter(|name| attempt(name, &[]) == Became::Reached).count();
    // The rest needs rights or kernels that a machine may not have: that is no merit of the jail.
    assert!(reached >= 18, "only {reached} attempts work at all: the probe is broken");
}

#[test]
fn each_layer_alone_closes_what_it_is_there_for() {
    let seccomp: Vec<&str> =
        ATTEMPTS.iter().copied().filter(|name| !["become root again"].contains(name)).collect();
    let table: &[(&[Layer], &[&str])] = &[
        (&[Layer::Seccomp], &seccomp),
        (
            &[Layer::NoNewPrivs, Layer::Landlock],
            &[
                "read a file",
                "list a folder",
                "read its own memory by a file",
                "read the node's environment",
                "make a file",
                "trace the node",
                "read the node's memory",
                "start a program",
                "become another program",
            ],
        ),
        (&[Layer::Namespaces], &["connect to the node's machine", "send a datagram"]),
        (
            &[Layer::Uid],
            &["signal the node", "trace the node", "make a raw socket", "become root again"],
        ),
        (&[Layer::Rlimits], &["make a file"]),
        (&[Layer::NoNewPrivs], &["gain rights by a program"]),
        (&[Layer::NotDumpable], &["be looked into"]),
        (&[Layer::ParentDeath], &["outlive its node"]),
        (&[Layer::Descriptors], &["use what was left open"]),
    ];
    for (layers, names) in table {
        for name in *names {
            if attempt(name, &[]) != Became::Reached {
                continue;
            }
            let became = attempt(name, layers);
            if became == Became::NotInForce {
                eprintln!("{layers:?} is not to be had on this machine");
                break;
            }
            assert_ne!(became, Became::Reached, "{name} behind {layers:?}");
        }
    }
}

/// The environment is not cleared in the worker but by its node; the layer looks whether it was.
#[test]
fn a_variable_that_was_handed_down_is_said() {
    let mut found = Vec::new();
    for variables in [&[][..], &[("LEFT_OVER", "1")]] {
        let child = Command::new(env!("CARGO_BIN_EXE_jailed"))
            .args(["probe", "make a pair of sockets", "0", "environment"])
            .env_clear()
            .envs(model::sabotage::handed_on())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        found.push(String::from_utf8_lossy(&child.stdout).contains("environment: not in force"));
    }
    assert_eq!(found, [false, true]);
}
