//! A Rust file in three layers: code, string contents and comments, line by line, and which lines are tests.
//! It knows just enough of the language to tell these apart; it never builds a syntax tree.

/// Folders whose code is never part of the product.
const BESIDE: &[&str] = &["tests", "testkit", "examples", "benches"];

/// A file that has been read into its layers.
pub struct Source {
    pub path: String,
    pub lines: Vec<Line>,
    /// Paths of files that this one declares as `#[cfg(test)] mod name;`.
    pub test_modules: Vec<String>,
}

/// One line, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub code: String,
    /// What stands between quotes.
    pub quoted: String,
    pub comment: String,
    pub test: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    /// Inside quotes; `Some(n)` is a raw string that ends with `n` hashes.
    Quoted(Option<usize>),
}

impl Source {
    pub fn read(path: &str, text: &str) -> Source {
        let mut lines = layers(text);
        let test_modules = mark_tests(path, &mut lines);
        if path.split('/').any(|part| BESIDE.contains(&part)) {
            lines.iter_mut().for_each(|line| line.test = true);
        }
        Source { path: path.into(), lines, test_modules }
    }

    /// The lines with their numbers, counted from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().map(|(at, line)| (at + 1, line))
    }
}

impl Line {
    /// Whether the code of this line has `word` with nothing wordlike on either side.
    pub fn says(&self, word: &str) -> bool {
        has_word(&self.code, word)
    }
}

/// Whether `text` has `word` with nothing wordlike on either side.
pub fn has_word(text: &str, word: &str) -> bool {
    let wordlike = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        let before = text[..at].chars().next_back();
        !(before.is_some_and(wordlike) && word.starts_with(wordlike)
            || after.is_some_and(wordlike) && word.ends_with(wordlike))
    })
}

fn layers(text: &str) -> Vec<Line> {
    let mut state = State::Code;
    let mut lines = Vec::new();
    for raw in text.lines() {
        let mut line = Line::default();
        let chars: Vec<char> = raw.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            at += step(&mut state, &mut line, &chars[at..], line_before(&chars, at));
        }
        if state == State::LineComment {
            state = State::Code;
        }
        lines.push(line);
    }
    lines
}

fn line_before(chars: &[char], at: usize) -> Option<char> {
    at.checked_sub(1).map(|before| chars[before])
}

/// Reads one thing of `rest` into its layer and says how many characters it was.
fn step(state: &mut State, line: &mut Line, rest: &[char], before: Option<char>) -> usize {
    match *state {
        State::Code => code_step(state, line, rest, before),
        State::LineComment => {
            line.comment.extend(rest);
            rest.len()
        }
        State::BlockComment(depth) if rest.starts_with(&['*', '/']) => {
            *state = if depth == 1 { State::Code } else { State::BlockComment(depth - 1) };
            2
        }
        State::BlockComment(depth) if rest.starts_with(&['/', '*']) => {
            *state = State::BlockComment(depth + 1);
            2
        }
        State::BlockComment(_) => {
            line.comment.push(rest[0]);
            1
        }
        State::Quoted(None) if rest[0] == '\\' => {
            line.quoted.extend(rest.iter().take(2));
            rest.len().min(2)
        }
        State::Quoted(hashes) if ends(rest, hashes) => {
            line.code.push('"');
            line.quoted.push('\n');
            *state = State::Code;
            1 + hashes.unwrap_or(0)
        }
        State::Quoted(_) => {
            line.quoted.push(rest[0]);
            1
        }
    }
}

fn ends(rest: &[char], hashes: Option<usize>) -> bool {
    let hashes = hashes.unwrap_or(0);
    rest[0] == '"' && rest.len() > hashes && rest[1..=hashes].iter().all(|c| *c == '#')
}

fn code_step(state: &mut State, line: &mut Line, rest: &[char], before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with(&['/', '/']) {
        *state = State::LineComment;
        return 2;
    }
    if rest.starts_with(&['/', '*']) {
        *state = State::BlockComment(1);
        return 2;
    }
    if let Some((hashes, taken)) = raw_start(rest).filter(|_| !in_word) {
        *state = State::Quoted(Some(hashes));
        line.code.push('"');
        return taken;
    }
    if rest[0] == '"' {
        *state = State::Quoted(None);
        line.code.push('"');
        return 1;
    }
    if let Some(taken) = char_literal(rest) {
        line.code.push_str("' '");
        return taken;
    }
    line.code.push(rest[0]);
    1
}

/// The hashes of a raw string that begins here, and how long its opening is.
fn raw_start(rest: &[char]) -> Option<(usize, usize)> {
    let prefix = rest.iter().take_while(|c| matches!(c, 'b' | 'c' | 'r')).count();
    if !(1..=2).contains(&prefix) || rest[prefix - 1] != 'r' {
        return None;
    }
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    (rest.get(prefix + hashes) == Some(&'"')).then_some((hashes, prefix + hashes + 1))
}

/// How long the character literal is that begins here; a lifetime is none.
fn char_literal(rest: &[char]) -> Option<usize> {
    match rest {
        ['\'', '\\', _, tail @ ..] => Some(4 + tail.iter().position(|c| *c == '\'')?),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}

/// Marks what stands behind `#[cfg(test)]`; returns the files such a line declares.
fn mark_tests(path: &str, lines: &mut [Line]) -> Vec<String> {
    let mut files = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let is_mark = lines[at].code.contains("#[cfg(") && lines[at].says("test");
        if !is_mark {
            at += 1;
            continue;
        }
        let end = item_end(lines, at);
        for line in &mut lines[at..=end] {
            line.test = true;
        }
        let item: String = lines[at..=end].iter().map(|line| line.code.as_str()).collect();
        files.extend(module_file(path, &item));
        at = end + 1;
    }
    files
}

/// The line on which the item ends that begins behind the attribute on line `from`.
fn item_end(lines: &[Line], from: usize) -> usize {
    let mut depth = 0;
    for (at, line) in lines.iter().enumerate().skip(from) {
        for c in line.code.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                ';' if depth == 0 => return at,
                _ => {}
            }
            if c == '}' && depth == 0 {
                return at;
            }
        }
    }
    lines.len() - 1
}

fn module_file(path: &str, item: &str) -> Option<String> {
    let name = item.split("mod ").nth(1)?.strip_suffix(';')?.trim();
    let (folder, file) = path.rsplit_once('/')?;
    let stem = file.trim_end_matches(".rs");
    let inside = ["lib", "main", "mod"].contains(&stem);
    Some(if inside { format!("{folder}/{name}.rs") } else { format!("{folder}/{stem}/{name}.rs") })
}
