//! The layers that are a call or two each: rights, user, namespaces, limits.

use rustix::process::{Resource, Rlimit, Signal, geteuid, setrlimit};
use std::io;

/// The user and group that own nothing (Debian's `nobody` and `nogroup`).
const NOBODY: u32 = 65_534;
/// Descriptors a worker may have: its socket, its words, and what the engine keeps open.
const DESCRIPTORS_MAX: u64 = 16;
/// The first descriptor that is none of stdin, stdout and stderr.
const FIRST_OTHER: u32 = 3;

fn last_error(what: &str) -> String {
    format!("{what}: {}", io::Error::last_os_error())
}

pub(super) fn close_descriptors() -> Result<String, String> {
    // SAFETY: a plain system call. Nothing of this process owns a descriptor from 3 on yet: it is
    // called first of all.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, FIRST_OTHER, u32::MAX, 0) };
    if closed == 0 { Ok("one socket".into()) } else { Err(last_error("close_range")) }
}

pub(super) fn own_namespaces() -> Result<String, String> {
    let own = libc::CLONE_NEWNET | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWNS;
    let user = if geteuid().is_root() { 0 } else { libc::CLONE_NEWUSER };
    // SAFETY: a plain system call; this process has one thread.
    let done = unsafe { libc::unshare(own | user) };
    if done == 0 { Ok("network, files, names".into()) } else { Err(last_error("unshare")) }
}

pub(super) fn drop_uid() -> Result<String, String> {
    if !geteuid().is_root() {
        return Ok(format!("runs as user {}, not as root", geteuid().as_raw()));
    }
    // SAFETY: plain system calls; an empty list of groups is given with its length of 0.
    let done = unsafe {
        libc::setgroups(0, std::ptr::null()) == 0
            && libc::setresgid(NOBODY, NOBODY, NOBODY) == 0
            && libc::setresuid(NOBODY, NOBODY, NOBODY) == 0
    };
    if done { Ok("nobody".into()) } else { Err(last_error("setresuid")) }
}

pub(super) fn no_new_privs() -> Result<String, String> {
    rustix::thread::set_no_new_privs(true).map_err(|err| err.to_string())?;
    Ok("on".into())
}

pub(super) fn not_dumpable() -> Result<String, String> {
    // SAFETY: a plain system call with constants.
    let done = unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) };
    if done == 0 { Ok("on".into()) } else { Err(last_error("prctl")) }
}

pub(super) fn die_with_parent() -> Result<String, String> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|err| err.to_string())?;
    Ok("killed with its node".into())
}

pub(super) fn rlimits() -> Result<String, String> {
    let none = [Resource::Core, Resource::Fsize, Resource::Memlock, Resource::Msgqueue];
    let limits = none.into_iter().map(|it| (it, 0)).chain([(Resource::Nofile, DESCRIPTORS_MAX)]);
    for (resource, max) in limits {
        let limit = Rlimit { current: Some(max), maximum: Some(max) };
        setrlimit(resource, limit).map_err(|err| format!("{resource:?}: {err}"))?;
    }
    Ok("no core, no file to write, few descriptors".into())
}

pub(super) fn narrow(address_bytes: u64, cpu_seconds: u64) -> Result<String, String> {
    let limits = [
        (Resource::As, address_bytes, address_bytes),
        // The first limit ends the process with a signal that says why; the second is for one that
        // does not listen.
        (Resource::Cpu, cpu_seconds, cpu_seconds + 1),
    ];
    for (resource, current, maximum) in limits {
        let limit = Rlimit { current: Some(current), maximum: Some(maximum) };
        setrlimit(resource, limit).map_err(|err| format!("{resource:?}: {err}"))?;
    }
    Ok(format!("{} MiB of addresses, {cpu_seconds} s of the processor", address_bytes >> 20))
}
