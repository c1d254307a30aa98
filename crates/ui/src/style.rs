//! The one style sheet of all pages, as it is written and as it is sent: without the comments and
//! the room between its signs, so that the first page stays small.

use std::sync::LazyLock;

/// The style sheet as it is written.
pub const STYLE: &str = include_str!("../assets/style.css");

/// The style sheet as `/assets/style.css` serves it.
pub static PACKED: LazyLock<String> = LazyLock::new(|| packed(STYLE));

/// Signs that need no room around them, where ours stand.
const TIGHT: &[char] = &['{', '}', ';', ',', '>'];

fn packed(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare += rest;
    let mut out = String::with_capacity(bare.len());
    for word in bare.split_whitespace() {
        let free = out.ends_with(TIGHT) || out.ends_with(": ") || word.starts_with(TIGHT);
        if !free && !out.is_empty() {
            out.push(' ');
        }
        out += word;
    }
    out.replace(": ", ":").replace(", ", ",").replace(";}", "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_room_is_left_out() {
        for (css, expect) in [
            ("/* a */ a {\n  b: c d;\n}\n", "a{b:c d}"),
            (
                "a > b, c :is(d, e)::before { content: \"\"; }",
                "a>b,c :is(d,e)::before{content:\"\"}",
            ),
            ("a { b: calc(1px + 2px) } /* x", "a{b:calc(1px + 2px)}"),
            ("@media (a: b) and (c: d) { e { f: g; } }", "@media (a:b) and (c:d){e{f:g}}"),
        ] {
            assert_eq!(packed(css), expect);
        }
        assert_eq!(STYLE.matches('}').count(), PACKED.matches('}').count());
    }
}
