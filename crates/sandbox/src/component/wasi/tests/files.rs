//! An app's files as the folder of a command-line program: what paths mean, and what is kept.

use super::super::filesystem::ErrorCode;
use super::super::{WasiState, finish_files};
use super::guest::{GAS, Guest, NOW, State};
use model::{Gas, Moment, limit};
use wasmtime::{Result, Store};

/// What a path is opened for.
pub(super) const READ: u64 = 1;
pub(super) const WRITE: u64 = 2;
/// How it is opened.
pub(super) const CREATE: u64 = 1;
pub(super) const FOLDER: u64 = 2;
pub(super) const EXCLUSIVE: u64 = 4;
pub(super) const TRUNCATE: u64 = 8;

/// A program that has `path` at 1024, the descriptor of its folder in `$root`, and answers `body`. An
/// answer of a call lies at 32.
pub(super) fn program(path: &str, body: &str) -> Guest {
    let bytes: String = path.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    Guest::new(
        "one",
        &format!(
            "(data (i32.const 1024) \"{bytes}\")
             (data (i32.const 2048) \"a.txt\")
             (func (export \"go\") (param $n i64) (result i64)
               (local $root i32) (local $a i32) (local $b i32) (local $i i64)
               (call $folders (i32.const 0))
               (local.set $root (i32.load (i32.load (i32.const 0))))
               {body})"
        ),
    )
}

/// `open-at` of the path, for what and how `$n` says in its two bytes.
pub(super) fn open(path: &str) -> String {
    format!(
        "(call $open (local.get $root) (i32.const 1) (i32.const 1024) (i32.const {})
           (i32.and (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 8))) (i32.const 255))
           (i32.and (i32.wrap_i64 (local.get $n)) (i32.const 255))
           (i32.const 32))",
        path.len()
    )
}

/// Both as `$n` carries them.
pub(super) fn asked(flags: u64, how: u64) -> u64 {
    flags | how << 8
}

/// Runs it as a command-line program among these files.
pub(super) fn run(
    guest: &Guest,
    arg: u64,
    gas: Gas,
    files: &[(&str, &str)],
) -> (Result<u64>, Store<State>) {
    run_with(guest, arg, gas, |state| {
        let file = |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
        state.files = files.iter().map(file).collect();
    })
}

/// The same among whatever files.
pub(super) fn run_with(
    guest: &Guest,
    arg: u64,
    gas: Gas,
    set: impl FnOnce(&mut State),
) -> (Result<u64>, Store<State>) {
    let wasi = WasiState::command(Moment::from_seconds(NOW), vec![], vec![]);
    let (mut store, instance) = guest.start(wasi, gas).unwrap();
    set(store.data_mut());
    let go = instance.get_typed_func::<(u64,), (u64,)>(&mut store, "go").unwrap();
    let answer = go.call(&mut store, (arg,)).map(|(answer,)| answer);
    let answer = answer.and_then(|it| finish_files(store.data_mut()).map(|()| it));
    (answer, store)
}

/// What a call answered whose error is at this place of its answer: 256 if it went well.
pub(super) fn outcome(at: u32) -> String {
    format!(
        "(if (result i64) (i32.load8_u (i32.const 32))
           (then (i64.load8_u (i32.const {at}))) (else (i64.const 256)))"
    )
}

const WELL: u64 = 256;

#[test]
fn paths_are_names_of_the_apps_files_and_nothing_else() {
    use ErrorCode::{
        Exist, IllegalByteSequence, Invalid, IsDirectory, NameTooLong, NoEntry, NotDirectory,
        NotPermitted,
    };
    let long = "x".repeat(limit::PATH_BYTES_MAX + 1);
    let up = format!("{}etc/passwd", "../".repeat(40));
    let new = CREATE | EXCLUSIVE;
    let cases: &[(&str, u64, u64, std::result::Result<(), ErrorCode>)] = &[
        ("a.txt", READ, 0, Ok(())),
        ("./sub/../a.txt", READ, 0, Ok(())),
        ("sub", READ, 0, Ok(())),
        ("sub", READ, FOLDER, Ok(())),
        (".", READ, FOLDER, Ok(())),
        ("sub/b.txt", READ | WRITE, TRUNCATE, Ok(())),
        ("new", WRITE, new, Ok(())),
        ("sub/new", WRITE, CREATE, Ok(())),
        ("none", READ, 0, Err(NoEntry)),
        ("none/new", WRITE, CREATE, Err(NoEntry)),
        ("a.txt/new", WRITE, CREATE, Err(NotDirectory)),
        ("a.txt", READ, FOLDER, Err(NotDirectory)),
        ("a.txt/", READ, 0, Err(NotDirectory)),
        ("a.txt", WRITE, new, Err(Exist)),
        ("sub", READ, new, Err(Exist)),
        ("sub", WRITE, 0, Err(IsDirectory)),
        ("new/", WRITE, CREATE, Err(IsDirectory)),
        ("new", READ, CREATE | FOLDER, Err(Invalid)),
        ("a.txt", READ, TRUNCATE, Err(Invalid)),
        ("", READ, 0, Err(NoEntry)),
        ("..", READ, 0, Err(NotPermitted)),
        ("sub/../../a.txt", READ, 0, Err(NotPermitted)),
        (&up, READ, 0, Err(NotPermitted)),
        ("/a.txt", READ, 0, Err(NotPermitted)),
        ("/etc/passwd", WRITE, CREATE, Err(NotPermitted)),
        ("a.txt\0.png", READ, 0, Err(IllegalByteSequence)),
        (&long, READ, 0, Err(NameTooLong)),
        (&long, WRITE, CREATE, Err(NameTooLong)),
        // What the app's files refuse is not there, and cannot be made.
        (".git/config", READ, 0, Err(NoEntry)),
        (".hidden", WRITE, CREATE, Err(Invalid)),
        ("con", WRITE, CREATE, Err(Invalid)),
        ("c:\\a", WRITE, CREATE, Err(Invalid)),
        ("line\nbreak", WRITE, CREATE, Err(Invalid)),
    ];
    for (path, flags, how, expect) in cases {
        let guest = program(path, &format!("{} {}", open(path), outcome(36)));
        let files = [("a.txt", "a"), ("sub/b.txt", "b"), ("etc/passwd", "mine")];
        let (answer, store) = run(&guest, asked(*flags, *how), GAS, &files);
        let expect = expect.map_or_else(|code| code as u64, |()| WELL);
        assert_eq!(answer.unwrap(), expect, "{path:?} {flags} {how}");
        let refused = expect == Invalid as u64 && *how == CREATE;
        assert_eq!(!store.data().printed.is_empty(), refused, "{path:?}: the log says why");
    }
}

/// The handle that `open-at` gave.
pub(super) const OPENED: &str = "(local.set $a (i32.load (i32.const 36)))";
/// Writes the five bytes at 2048 to a place of the file.
fn write_at(place: u64) -> String {
    format!(
        "(call $write_at (local.get $a) (i32.const 2048) (i32.const 5) (i64.const {place}) (i32.const 32))"
    )
}

#[test]
fn what_is_written_is_kept_when_the_file_is_closed() {
    let path = "a.txt";
    let opened = format!("{} {OPENED}", open(path));
    let append = "(call $append_stream (local.get $a) (i32.const 32))
        (local.set $b (i32.load (i32.const 36)))
        (call $write (local.get $b) (i32.const 2048) (i32.const 5) (i32.const 32))";
    let close = "(call $drop_descriptor (local.get $a))";
    let size = "(call $set_size (local.get $a) (i64.const 2) (i32.const 32))";
    let cases = [
        (write_at(0), CREATE, "old text", "a.txtext"),
        (write_at(0), TRUNCATE, "old text", "a.txt"),
        (write_at(10), 0, "old text", "old text\0\0a.txt"),
        (format!("{append} {append}"), 0, "old ", "old a.txta.txt"),
        // A stream needs its descriptor no longer.
        (
            append.replacen("(call $write", &format!("{close} (call $write"), 1),
            0,
            "old ",
            "old a.txt",
        ),
        (size.to_owned(), 0, "old", "ol"),
        (format!("{} {size} {}", write_at(0), write_at(3)), 0, "", "a.\0a.txt"),
    ];
    for (body, how, before, after) in cases {
        let guest = program(path, &format!("{opened} {body} (i64.const 0)"));
        let (answer, store) = run(&guest, asked(WRITE, how), GAS, &[(path, before)]);
        answer.unwrap();
        let kept = String::from_utf8_lossy(&store.data().files[path]).into_owned();
        assert_eq!(kept, after, "{body}");
    }
    // Not yet written, after a sync, after closing.
    for (body, expect) in [("", "old"), ("(call $sync (local.get $a) (i32.const 32))", "a.txt")] {
        let guest = program(path, &format!("{opened} {} {body} unreachable", write_at(0)));
        let (answer, store) = run(&guest, asked(WRITE, 0), GAS, &[(path, "old")]);
        assert!(answer.is_err());
        assert_eq!(store.data().files[path], expect.as_bytes(), "{body}");
    }
}

#[test]
fn a_file_is_used_as_it_was_opened() {
    let read = "(call $read_at (local.get $a) (i64.const 100) (i64.const 1) (i32.const 32))";
    let path = "a.txt";
    for (flags, body, expect) in [
        (READ, format!("{read} {}", outcome(36)), WELL),
        (WRITE, format!("{read} {}", outcome(36)), ErrorCode::BadDescriptor as u64),
        (READ, format!("{} {}", write_at(0), outcome(40)), ErrorCode::BadDescriptor as u64),
        (WRITE, format!("{} {}", write_at(0), outcome(40)), WELL),
        // Three of four bytes, and the end.
        (
            READ,
            format!("{read} (i64.add (i64.load32_u (i32.const 40)) (i64.load8_u (i32.const 44)))"),
            4,
        ),
    ] {
        let guest = program(path, &format!("{} {OPENED} {body}", open(path)));
        let (answer, _) = run(&guest, asked(flags, 0), GAS, &[(path, "1234")]);
        assert_eq!(answer.unwrap(), expect, "{flags} {body}");
    }
}

/// A call with the path and where its answer goes.
fn named(call: &str, path: &str) -> String {
    format!(
        "(call ${call} (local.get $root) (i32.const 1024) (i32.const {}) (i32.const 32))",
        path.len()
    )
}

#[test]
fn names_are_made_moved_and_deleted() {
    use ErrorCode::{Busy, Exist, IsDirectory, NoEntry, NotDirectory, NotEmpty, Unsupported};
    let rename = |path: &str| {
        format!(
            "(call $rename (local.get $root) (i32.const 1024) (i32.const {})
               (local.get $root) (i32.const 2048) (i32.const 5) (i32.const 32))",
            path.len()
        )
    };
    let symlink = "(call $symlink (local.get $root) (i32.const 2048) (i32.const 5)
        (i32.const 1024) (i32.const 1) (i32.const 32))";
    let link = "(call $link (local.get $root) (i32.const 0) (i32.const 2048) (i32.const 5)
        (local.get $root) (i32.const 1024) (i32.const 1) (i32.const 32))";
    let twice = |path: &str| format!("{0} {0}", named("make_folder", path));
    let cases = [
        ("sub/b", named("unlink", "sub/b"), Ok("a.txt")),
        ("none", named("unlink", "none"), Err(NoEntry)),
        ("sub", named("unlink", "sub"), Err(IsDirectory)),
        ("sub/b", rename("sub/b"), Ok("a.txt")),
        ("none", rename("none"), Err(NoEntry)),
        ("sub", rename("sub"), Err(Unsupported)),
        ("new", named("make_folder", "new"), Ok("a.txt sub/b")),
        ("new", twice("new"), Err(Exist)),
        ("a.txt", named("make_folder", "a.txt"), Err(Exist)),
        ("no/new", named("make_folder", "no/new"), Err(NoEntry)),
        ("sub", named("remove_folder", "sub"), Err(NotEmpty)),
        ("a.txt", named("remove_folder", "a.txt"), Err(NotDirectory)),
        ("none", named("remove_folder", "none"), Err(NoEntry)),
        (".", named("remove_folder", "."), Err(Busy)),
        (
            "new",
            format!("{} {}", named("make_folder", "new"), named("remove_folder", "new")),
            Ok("a.txt sub/b"),
        ),
        // The last file of a folder is gone, and the folder is there until it is removed.
        (
            "sub/b",
            format!("{} {}", named("unlink", "sub/b"), named("remove_folder", "sub")),
            Ok("a.txt"),
        ),
        ("x", symlink.to_owned(), Err(Unsupported)),
        ("x", link.to_owned(), Err(Unsupported)),
    ];
    for (path, body, expect) in cases {
        let guest = program(path, &format!("{body} {}", outcome(33)));
        let (answer, store) = run(&guest, 0, GAS, &[("a.txt", "old"), ("sub/b", "b")]);
        let code = expect.map_or_else(|code| code as u64, |_| WELL);
        assert_eq!(answer.unwrap(), code, "{path} {body}");
        let names: Vec<&str> = store.data().files.keys().map(String::as_str).collect();
        assert_eq!(names.join(" "), expect.unwrap_or("a.txt sub/b"), "{path}: what is left");
    }
}

/// Lists a folder, and answers how many lines it has, folders counted a thousand times.
const LIST: &str = "
    (call $list (i32.load (i32.const 36)) (i32.const 32))
    (local.set $a (i32.load (i32.const 36)))
    (block $done (loop $again
      (call $entry (local.get $a) (i32.const 32))
      (br_if $done (i32.or (i32.load8_u (i32.const 32)) (i32.eqz (i32.load8_u (i32.const 36)))))
      (local.set $i (i64.add (local.get $i)
        (select (i64.const 1000) (i64.const 1) (i32.eq (i32.load8_u (i32.const 40)) (i32.const 3)))))
      (br $again)))
    (local.get $i)";

#[test]
fn a_folder_lists_its_steps_once() {
    let many: Vec<String> = (0..350)
        .map(|n| format!("many/{n:03}"))
        .chain((0..250).map(|n| format!("many/deep/{n:03}")))
        .collect();
    let mut files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    files.extend([("a", ""), ("many-more", ""), ("z/1", ""), ("z/y/2", "")]);
    for (path, make, expect) in [
        (".", false, 2_002),
        (".", true, 3_002),
        ("many", false, 1_350),
        ("z", false, 1_001),
        ("z/y", false, 1),
    ] {
        let make = if make {
            "(call $make_folder (local.get $root) (i32.const 2048) (i32.const 5) (i32.const 64))"
        } else {
            ""
        };
        let guest = program(path, &format!("{make} {} {LIST}", open(path)));
        let (answer, _) = run(&guest, asked(READ, FOLDER), GAS, &files);
        assert_eq!(answer.unwrap(), expect, "{path} {make}");
    }
}
