//! Zip files that are whole, torn or strange, and parsers that lie about them.
// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use std::io::{Cursor, Write};
use std::sync::Mutex;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip file with these parts, every second one stored as it is.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, bytes)) in parts.iter().enumerate() {
        let method = match number % 2 {
            0 => CompressionMethod::Deflated,
            _ => CompressionMethod::Stored,
        };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Names and contents of a file.
fn read(parser: &Parser, file: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
    let (mut reading, parts) = parser.read_archive(Cursor::new(file))?;
    let content = |part: Part| {
        let mut bytes = Vec::new();
        reading.part(&part)?.read_to_end(&mut bytes)?;
        Ok((part.name, bytes))
    };
    parts.into_iter().map(content).collect()
}

#[test]
fn parts_of_every_size_are_read() {
    let noise: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
    let flat = vec![b'x'; 5_000_000];
    let parts: [(&str, &[u8]); 7] = [
        ("a", b""),
        ("b", b""),
        ("c/d", b"hello"),
        ("c/e", b"hello"),
        ("noise packed", &noise),
        ("noise stored", &noise),
        ("flat", &flat),
    ];
    let found = read(&Parser::here(), &zipped(&parts)).unwrap();
    assert!(found.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).eq(parts));
}

#[test]
fn a_changed_byte_is_noticed_or_changes_nothing_that_is_read() {
    let parts: [(&str, &[u8]); 2] = [("a.txt", b"hello hello hello"), ("b.txt", b"stored")];
    let whole = zipped(&parts);
    let expect = read(&Parser::here(), &whole).unwrap();
    let mut noticed = 0;
    for place in 0..whole.len() {
        for bit in [0x01, 0x80, 0xff] {
            let mut torn = whole.clone();
            torn[place] ^= bit;
            match read(&Parser::here(), &torn) {
                Err(err) => noticed += usize::from(!Unread::is(&err)),
                Ok(found) => {
                    let contents = |list: &[(String, Vec<u8>)]| -> Vec<Vec<u8>> {
                        list.iter().map(|(_, bytes)| bytes.clone()).collect()
                    };
                    let some = contents(&found).iter().all(|it| contents(&expect).contains(it));
                    assert!(some, "byte {place} ^ {bit}: {found:?}");
                }
            }
        }
    }
    assert!(noticed > whole.len(), "{noticed} of {}", 3 * whole.len());
    for end in 0..whole.len() {
        let cut = read(&Parser::here(), &whole[..end]);
        assert!(cut.is_err_and(|err| !Unread::is(&err)), "cut at {end}");
    }
}

#[test]
fn a_part_that_has_two_names_is_refused() {
    let mut file = zipped(&[("one.txt", b"hello")]);
    // The part's own header, which comes first: other programs may read its name from there.
    let at = file.windows(7).position(|it| it == b"one.txt").unwrap();
    file[at..at + 3].copy_from_slice(b"two");
    let refused = read(&Parser::here(), &file).unwrap_err();
    assert!(refused.to_string().contains("not what the list says"), "{refused}");
}

#[test]
fn a_parser_that_lies_reads_nothing_else_and_comes_to_an_end() {
    let part = Part {
        index: 0,
        name: "a".into(),
        folder: false,
        plain: true,
        starts: u64::MAX - 3,
        packed: u64::MAX,
    };
    let list = postcard::to_stdvec(&vec![part]).unwrap();
    let nothing = vec![0, 0, 0, 0, 0];
    let far = vec![0, 255, 255, 255, 255, b'x'];
    for (what, answers) in [
        ("no list", vec![vec![255; 20]]),
        ("no header", vec![list.clone(), vec![]]),
        ("no piece", vec![list.clone(), vec![30], vec![1]]),
        ("a piece of nothing", vec![list.clone(), vec![30], nothing]),
        ("more than it was given", vec![list.clone(), vec![30], far]),
    ] {
        let answers = Mutex::new(answers.into_iter());
        let play = move |_: &[u8]| Ok(answers.lock().unwrap().next().unwrap());
        let play = Box::new(move |_, job: &[u8]| play(job));
        let parser = Parser { place: Place::Played(play), kept: Mutex::default() };
        let refused = read(&parser, &zipped(&[("a", b"hello")])).unwrap_err();
        assert!(Unread::is(&refused), "{what}: {refused}");
    }
}
