//! tally: counts how often each line occurs.
//!
//! It is a program as one finds it anywhere: it reads files or its standard input, prints to its
//! standard output, and writes a file if it is told to. It knows nothing of where it runs.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::process::ExitCode;
use std::{env, fs, path::Path};

const USAGE: &str = "usage: tally [-o FILE] [-a FILE] [FILE…]
  -o FILE   write the counts to FILE as well
  -a FILE   add a line with the sum to the end of FILE
  -         standard input, as without any FILE";

struct Options {
    output: Option<String>,
    append: Option<String>,
    inputs: Vec<String>,
}

fn main() -> ExitCode {
    let options = match options(env::args().skip(1)) {
        Some(options) => options,
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match tally(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("tally: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn options(args: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { output: None, append: None, inputs: Vec::new() };
    let mut args = args.peekable();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-o" => options.output = Some(args.next()?),
            "-a" => options.append = Some(args.next()?),
            "-h" | "--help" => return None,
            _ => options.inputs.push(arg),
        }
    }
    if options.inputs.is_empty() {
        options.inputs.push("-".to_owned());
    }
    Some(options)
}

fn tally(options: &Options) -> Result<(), String> {
    let mut counts = BTreeMap::new();
    for input in &options.inputs {
        count(input, &mut counts).map_err(|err| format!("{input}: {err}"))?;
    }
    let table = table(&counts);
    io::stdout().write_all(table.as_bytes()).map_err(|err| err.to_string())?;
    if let Some(output) = &options.output {
        write(Path::new(output), &table).map_err(|err| format!("{output}: {err}"))?;
    }
    if let Some(log) = &options.append {
        let sum: u64 = counts.values().sum();
        let line = format!("{sum} lines, {} different\n", counts.len());
        append(log, &line).map_err(|err| format!("{log}: {err}"))?;
    }
    Ok(())
}

fn count(input: &str, counts: &mut BTreeMap<String, u64>) -> io::Result<()> {
    let reader: Box<dyn BufRead> = match input {
        "-" => Box::new(io::stdin().lock()),
        // A folder stands for the files in it.
        path if Path::new(path).is_dir() => {
            for entry in fs::read_dir(path)? {
                count(&entry?.path().to_string_lossy(), counts)?;
            }
            return Ok(());
        }
        path => Box::new(BufReader::new(fs::File::open(path)?)),
    };
    for line in reader.lines() {
        *counts.entry(line?.trim_end().to_owned()).or_default() += 1;
    }
    Ok(())
}

/// The most frequent lines first.
fn table(counts: &BTreeMap<String, u64>) -> String {
    let mut lines: Vec<_> = counts.iter().collect();
    lines.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    lines.into_iter().map(|(line, n)| format!("{n:>6} {line}\n")).collect()
}

/// Whole or not at all: written beside it, then put in its place.
fn write(output: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = output.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let beside = output.with_extension("part");
    fs::write(&beside, text)?;
    fs::rename(beside, output)
}

fn append(log: &str, line: &str) -> io::Result<()> {
    fs::OpenOptions::new().append(true).create(true).open(log)?.write_all(line.as_bytes())
}
