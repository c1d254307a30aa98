//! The text of a commit: who made it, when, why, and for which effect. Nothing an app says can
//! end a line of the head or stand in for another effect.

use model::Moment;

/// The trailer by which a commit is found again.
pub(super) const TRAILER: &str = "Allotment-Effect";
/// Bytes of a message: a text for people.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Characters of a name or address.
const NAME_CHARS_MAX: usize = 200;

/// `Name <address> seconds +0000`, as commits have it.
pub(super) fn signature(name: &str, email: &str, date: Moment) -> String {
    let (name, email) = (clean(name, "app"), clean(email, "app@localhost"));
    // Dates before 1970 cannot be told to every git.
    format!("{name} <{}> {} +0000", email.replace(' ', ""), date.seconds().max(0))
}

/// The message with its trailer.
pub(super) fn message(text: &str, effect: &str) -> String {
    let mut end = text.len().min(MESSAGE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let visible = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: String = text[..end].chars().filter(visible).collect();
    // Another effect's trailer inside the message would make that effect look done.
    let lines: Vec<&str> = text.lines().filter(|line| !names_an_effect(line)).collect();
    let text = lines.join("\n");
    let text = match text.trim() {
        "" => "Changed by an app",
        text => text,
    };
    format!("{text}\n\n{TRAILER}: {effect}\n")
}

fn names_an_effect(line: &str) -> bool {
    line.trim_start().get(..TRAILER.len()).is_some_and(|start| start.eq_ignore_ascii_case(TRAILER))
}

/// A name without what ends a line or a field.
fn clean(text: &str, instead: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
        .take(NAME_CHARS_MAX)
        .collect();
    // git takes these away at both ends too; a name of nothing else would be empty.
    match clean.trim_matches(|c: char| c.is_whitespace() || ".,:;\"\\'".contains(c)) {
        "" => instead.to_owned(),
        clean => clean.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_ends_a_line_of_the_head() {
        let date = Moment(1_700_000_000_999);
        for (name, email, expect) in [
            ("poll", "ana.poll@oak.example", "poll <ana.poll@oak.example> 1700000000 +0000"),
            ("a\nparent x", "b\0>c<d", "aparent x <bcd> 1700000000 +0000"),
            ("", " ", "app <app@localhost> 1700000000 +0000"),
            ("..", "a b", "app <ab> 1700000000 +0000"),
            ("Zoë 🌳", "z@x", "Zoë 🌳 <z@x> 1700000000 +0000"),
        ] {
            assert_eq!(signature(name, email, date), expect);
        }
        assert_eq!(signature("a", "b", Moment(-5)), "a <b> 0 +0000");
    }

    #[test]
    fn the_trailer_is_ours_alone() {
        for (text, expect) in [
            ("Saved", "Saved\n\nAllotment-Effect: 7\n"),
            ("  a\n\nb\r\n\n", "a\n\nb\n\nAllotment-Effect: 7\n"),
            ("", "Changed by an app\n\nAllotment-Effect: 7\n"),
            ("a\nAllotment-Effect: 8\nb", "a\nb\n\nAllotment-Effect: 7\n"),
            (" allotment-effect: 8", "Changed by an app\n\nAllotment-Effect: 7\n"),
            ("a\0b\u{1b}[31m", "ab[31m\n\nAllotment-Effect: 7\n"),
        ] {
            assert_eq!(message(text, "7"), expect);
        }
        assert!(message(&"ä".repeat(MESSAGE_BYTES_MAX), "7").len() < MESSAGE_BYTES_MAX + 40);
    }
}
