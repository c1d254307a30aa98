//! How far two words are apart, for “did you mean”.

/// Edits that turn one word into the other: insert, delete, replace (Levenshtein, 1966).
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    #[test]
    fn distances() {
        for (a, b, n) in
            [("", "", 0), ("buton", "button", 1), ("abc", "", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(super::distance(a, b), n, "{a} {b}");
        }
    }
}
