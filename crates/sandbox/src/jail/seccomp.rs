//! The filter of system calls: what running compiled code takes, and no more. Any other call kills
//! the worker at once, and its node counts that as an anomaly.

use super::behind;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

/// `ioctl(PAGEMAP_SCAN)`: tells the engine which pages a run changed (linux/fs.h, since 6.7).
const PAGEMAP_SCAN: u64 = 0xc060_6610;

/// Calls that may be made with any arguments: they reach nothing that is not there already.
const FREE: &[libc::c_long] = &[
    // the one socket, and words for the log
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_close,
    libc::SYS_poll,
    libc::SYS_ppoll,
    // memory
    libc::SYS_munmap,
    libc::SYS_madvise,
    libc::SYS_process_madvise,
    libc::SYS_mremap,
    libc::SYS_brk,
    libc::SYS_membarrier,
    // faults of a guest arrive as signals
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // threads that are there already, and time
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_getrandom,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Puts the filter on all threads of this process.
pub(super) fn filter() -> Result<String, String> {
    let rules = rules().map_err(|err| err.to_string())?;
    let count = rules.len();
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|err| err.to_string())?;
    let program = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, arch)
        .and_then(BpfProgram::try_from)
        .map_err(|err| err.to_string())?;
    seccompiler::apply_filter_all_threads(&program).map_err(|err| err.to_string())?;
    Ok(format!("{count} system calls are left"))
}

fn rules() -> seccompiler::Result<BTreeMap<i64, Vec<SeccompRule>>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        FREE.iter().map(|call| (*call, Vec::new())).collect();
    // Memory yes, memory that can be executed no: all code was mapped before.
    let no_exec = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, vec![one(2, no_exec.clone(), 0)?]);
    }
    rules.insert(libc::SYS_ioctl, vec![one(1, SeccompCmpOp::Eq, PAGEMAP_SCAN)?]);
    // The standard library looks whether what it closes is open, in builds with assertions.
    rules.insert(libc::SYS_fcntl, vec![one(1, SeccompCmpOp::Eq, libc::F_GETFD as u64)?]);
    // To let others go first, and nothing else with its niceness.
    let niceness = u64::from(behind::niceness().cast_unsigned());
    let step = [(0, libc::PRIO_PROCESS as u64), (1, 0), (2, niceness)];
    let step = step.map(|(argument, value)| condition(argument, SeccompCmpOp::Eq, value));
    let step = step.into_iter().collect::<seccompiler::Result<Vec<_>>>()?;
    rules.insert(libc::SYS_setpriority, vec![SeccompRule::new(step)?]);
    // On which processors it runs, and nobody else.
    rules.insert(libc::SYS_sched_setaffinity, vec![one(0, SeccompCmpOp::Eq, 0)?]);
    // To abort itself, and nobody else.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, vec![one(0, SeccompCmpOp::Eq, own)?]);
    Ok(rules)
}

/// A rule of one condition on one argument.
fn one(argument: u8, op: SeccompCmpOp, value: u64) -> seccompiler::Result<SeccompRule> {
    Ok(SeccompRule::new(vec![condition(argument, op, value)?])?)
}

fn condition(argument: u8, op: SeccompCmpOp, value: u64) -> seccompiler::Result<SeccompCondition> {
    Ok(SeccompCondition::new(argument, SeccompCmpArgLen::Dword, op, value)?)
}
