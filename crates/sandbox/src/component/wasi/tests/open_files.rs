//! Programs that open more than they should: handles, memory and gas of open files.

use super::super::filesystem::ErrorCode;
use super::files::{
    CREATE, OPENED, READ, TRUNCATE, WRITE, asked, open, outcome, program, run, run_with,
};
use super::guest::{GAS, why};
use model::Gas;
use model::limit::{FILE_BYTES_MAX, MIB};
use wasmtime::Trap;

const PATH: &str = "a.txt";
const CLOSE: &str = "(call $drop_descriptor (local.get $a))";
/// Gas for moving the largest file about.
const PLENTY: Gas = 4_000_000_000;

#[test]
fn thousands_of_descriptors_end_the_run() {
    let opened = format!("{} {OPENED}", open(PATH));
    let guest = program(PATH, &format!("(loop $again {opened} (br $again)) (i64.const 0)"));
    let (answer, _) = run(&guest, asked(READ, 0), PLENTY, &[(PATH, "text")]);
    assert!(why(answer).contains("handles are open"));
    // Those that are closed count no more: the same ends with the gas.
    let guest = program(PATH, &format!("(loop $again {opened} {CLOSE} (br $again)) (i64.const 0)"));
    let (answer, _) = run(&guest, asked(READ, 0), GAS, &[(PATH, "text")]);
    assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Trap::OutOfFuel));
}

#[test]
fn a_descriptor_is_not_used_after_its_end() {
    let opened = format!("{} {OPENED}", open(PATH));
    for body in [
        format!(
            "{CLOSE} (call $read_at (local.get $a) (i64.const 1) (i64.const 0) (i32.const 32))"
        ),
        format!("{CLOSE} {CLOSE}"),
        format!("{CLOSE} (call $list (local.get $a) (i32.const 32))"),
        "(call $drop_descriptor (local.get $root)) (call $unlink (local.get $root)
           (i32.const 1024) (i32.const 5) (i32.const 32))"
            .to_owned(),
        // One thing as another.
        "(call $entry (local.get $a) (i32.const 32))".to_owned(),
        "(call $read (local.get $a) (i64.const 1) (i32.const 32))".to_owned(),
        "(call $sync (call $stdout) (i32.const 32))".to_owned(),
    ] {
        let guest = program(PATH, &format!("{opened} {body} (i64.const 0)"));
        let (answer, store) = run(&guest, asked(READ, 0), GAS, &[(PATH, "text")]);
        assert!(why(answer).contains("handle"), "{body}");
        assert!(store.data().files.contains_key(PATH), "{body}");
    }
}

#[test]
fn a_deleted_file_stays_with_who_has_it_open() {
    let body = format!(
        "{} {OPENED}
         (call $unlink (local.get $root) (i32.const 1024) (i32.const 5) (i32.const 64))
         (call $write_at (local.get $a) (i32.const 2048) (i32.const 5) (i64.const 4) (i32.const 32))
         (call $read_at (local.get $a) (i64.const 100) (i64.const 0) (i32.const 32))
         {CLOSE}
         (i64.load32_u (i32.const 40))",
        open(PATH)
    );
    let guest = program(PATH, &body);
    let (answer, store) = run(&guest, asked(READ | WRITE, 0), GAS, &[(PATH, "text")]);
    assert_eq!(answer.unwrap(), 9);
    assert!(store.data().files.is_empty(), "what is deleted does not come back");
}

#[test]
fn a_file_has_at_most_64_mebibytes() {
    let too_large = ErrorCode::FileTooLarge as u64;
    let most = FILE_BYTES_MAX as u64;
    for (size, expect) in [(most, 256), (most + 1, too_large), (u64::MAX, too_large)] {
        let set = format!(
            "(call $set_size (local.get $a) (i64.const {}) (i32.const 32))",
            size.cast_signed()
        );
        let guest = program(PATH, &format!("{} {OPENED} {set} {}", open(PATH), outcome(33)));
        let (answer, store) = run(&guest, asked(WRITE, CREATE), PLENTY, &[]);
        assert_eq!(answer.unwrap(), expect, "{size}");
        let kept = store.data().files[PATH].len();
        assert_eq!(kept, if expect == 256 { FILE_BYTES_MAX } else { 0 });
    }
    for place in [most - 4, u64::MAX, u64::MAX - 4] {
        let write = format!(
            "(call $write_at (local.get $a) (i32.const 2048) (i32.const 5) (i64.const {}) (i32.const 32))",
            place.cast_signed()
        );
        let guest = program(PATH, &format!("{} {OPENED} {write} {}", open(PATH), outcome(40)));
        let (answer, _) = run(&guest, asked(WRITE, CREATE), PLENTY, &[]);
        assert_eq!(answer.unwrap(), too_large, "{place}");
    }
}

#[test]
fn open_files_have_one_room() {
    let open_both = format!(
        "{0} (call $open (local.get $root) (i32.const 1) (i32.const 2048) (i32.const 5)
           (i32.const 0) (i32.const 1) (i32.const 32)) {1}",
        open("large"),
        outcome(36)
    );
    let memory = ErrorCode::InsufficientMemory as u64;
    for (large, other, how, expect) in [
        (40 * MIB, 40 * MIB, 0, memory),
        (40 * MIB, 24 * MIB, 0, 256),
        (40 * MIB, 24 * MIB + 1, 0, memory),
        // An emptied file needs no room.
        (40 * MIB, 40 * MIB, TRUNCATE, 256),
        (FILE_BYTES_MAX + 1, 0, 0, 256),
    ] {
        let guest = program("large", &open_both);
        let (answer, store) = run_with(&guest, asked(READ | WRITE, how), PLENTY, |state| {
            state.files = [("large".into(), vec![0; large]), (PATH.into(), vec![0; other])].into();
        });
        assert_eq!(answer.unwrap(), expect, "{large} {other}");
        let told = store.data().printed.iter().any(|line| line.contains("64 MiB in open files"));
        assert_eq!(told, expect == memory || large > FILE_BYTES_MAX);
    }
}

#[test]
fn what_the_host_fills_is_paid_before() {
    for call in [
        "(call $set_size (local.get $a) (i64.const 40000000) (i32.const 32))",
        "(call $write_at (local.get $a) (i32.const 2048) (i32.const 5) (i64.const 40000000) (i32.const 32))",
    ] {
        let guest = program(PATH, &format!("{} {OPENED} {call} (i64.const 0)", open(PATH)));
        let (answer, store) = run(&guest, asked(WRITE, CREATE), 30_000_000, &[]);
        assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Trap::OutOfFuel), "{call}");
        assert_eq!(store.data().files[PATH].len(), 0);
    }
}

#[test]
fn files_that_take_no_more_are_an_error_or_the_end() {
    let opened = format!("{} {OPENED}", open(PATH));
    let write = "(call $write_at (local.get $a) (i32.const 2048) (i32.const 5) (i64.const 0) (i32.const 32))";
    let full = |body: &str, how: u64| {
        let guest = program(PATH, &format!("{opened} {body}"));
        run_with(&guest, asked(WRITE, how), GAS, |state| {
            state.full = true;
            if how == 0 {
                state.files = [(PATH.to_owned(), vec![])].into();
            }
        })
    };
    let space = ErrorCode::InsufficientSpace as u64;
    let (answer, store) = full(&outcome(36), CREATE);
    assert_eq!(
        (answer.unwrap(), store.data().printed.as_slice()),
        (space, &["no more".to_owned()][..])
    );
    let body = format!(
        "{write} (call $sync (local.get $a) (i32.const 32))
         (if (i64.ne {} (i64.const {space})) (then unreachable))
         (call $unlink (local.get $root) (i32.const 1024) (i32.const 5) (i32.const 32))
         (i64.const 7)",
        outcome(33)
    );
    assert_eq!(full(&body, 0).0.unwrap(), 7, "who can be told is told, and may go on");
    // Nobody can be told any more: nothing of the run may be kept as if it were whole.
    let (answer, _) = full(&format!("{write} {CLOSE} (i64.const 0)"), 0);
    assert_eq!(why(answer), "no more");
    let (answer, _) = full(&format!("{write} (i64.const 0)"), 0);
    assert!(why(answer).contains("left open could not be kept"));
}
