//! Conformance: a process that is killed with signal 9 loses nothing that it had acknowledged.
//!
//! This shows that commits are whole and reach the operating system; a loss of power is what
//! `synchronous=FULL` is for, and no test in a process can show it.

use super::*;
use model::limit;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use store::Expect;

/// Where the child finds its folder.
const FOLDER: &str = "STORE_TEST_FOLDER";
/// Threads of the child.
const HANDS: usize = 4;

/// The child: commits in a loop and prints what was acknowledged. Without a folder in its
/// environment it is nobody's child and does nothing.
pub(crate) fn hammer(s: &Scratch) {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = (s.open)(Path::new(&folder)).expect("the folder of the parent");
    std::thread::scope(|all| {
        for hand in 0..HANDS {
            let store = &store;
            all.spawn(move || hammer_on(store, hand));
        }
    });
}

fn hammer_on(store: &Store, hand: usize) {
    let cell = cell(u8::try_from(hand).unwrap());
    let mut done = store.head(&cell).unwrap();
    loop {
        done += 1;
        let size = if done.is_multiple_of(8) { limit::VALUE_INLINE_MAX + 1 } else { 10 };
        let value = vec![u8::try_from(done % 251).unwrap(); size];
        let change = CellChange {
            storage: charge(u64::MAX),
            ..writing(&cell, 0, &[(&done.to_string(), Some(&value))])
        };
        let batch = Batch::new(Moment(1))
            .change(change)
            .put(record(Kind::Receipt, &format!("{hand}-{done}")), Expect::New)
            .spend(gas(1, u64::MAX));
        assert_eq!(store.commit(batch).unwrap(), done);
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {hand} {done}").and_then(|()| out.flush()).expect("the parent listens");
    }
}

pub(crate) fn what_was_acknowledged_survives_kill_9(s: &Scratch) {
    let mut kept = [0u64; HANDS];
    // Nobody else has the folder open, so that each opening recovers what the crash left.
    let folder = s.folder.path().join("crash");
    // Each round kills at another point of the flow; the counts are primes so as not to line up.
    for lines in [1, 7, 53, 151, 307, 23] {
        run_and_kill(&folder, lines, &mut kept);
        let store = (s.open)(&folder).expect("it opens after a crash");
        store.integrity().expect("and is whole");
        let mut all = 0;
        for (hand, kept) in kept.iter().enumerate() {
            let cell = cell(u8::try_from(hand).unwrap());
            let head = store.head(&cell).unwrap();
            assert!(head >= *kept, "hand {hand} was told of {kept} and has {head}");
            assert_eq!(store.count(&cell, head, "store", "").unwrap(), Seen::At(head));
            for n in 1..=head {
                let rows = at_view(store.read(&cell, head, &[key(&n.to_string())]).unwrap());
                let value = &rows[0].as_ref().expect("the row").value;
                assert!(value.iter().all(|byte| u64::from(*byte) == n % 251));
                let paper = store.record(Kind::Receipt, &format!("{hand}-{n}")).unwrap();
                assert!(paper.is_some(), "row and record of {hand}-{n} are one commit");
            }
            assert_eq!(store.record(Kind::Receipt, &format!("{hand}-{}", head + 1)).unwrap(), None);
            all += head;
        }
        assert_eq!(store.used("ana", "gas", 7).unwrap(), all, "counters belong to the commit too");
    }
    assert!(kept.iter().sum::<u64>() > 400, "the child did work: {kept:?}");
}

/// Starts the child, kills it after so many acknowledged commits, and notes the last of each hand.
fn run_and_kill(folder: &Path, lines: usize, kept: &mut [u64; HANDS]) {
    let this = std::thread::current().name().unwrap_or_default().to_owned();
    let child = this.replace("what_was_acknowledged_survives_kill_9", "hammer");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &child, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts");
    let told = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut count = 0;
    for line in told {
        let mut words = line.split(' ');
        if words.next() != Some("kept") {
            continue;
        }
        let mut number = || words.next().and_then(|word| word.parse::<u64>().ok());
        let (Some(hand), Some(done)) = (number(), number()) else { continue };
        kept[usize::try_from(hand).unwrap()] = done;
        count += 1;
        if count == lines {
            // What it still prints before it dies was acknowledged as well, and is read on.
            child.kill().expect("signal 9");
        }
    }
    let status = child.wait().unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
    assert!(count >= lines, "the child ended early after {count} commits: {status}");
}
