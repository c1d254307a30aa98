//! Signatures of capabilities, as the table has them: `fun(key: string, default?: any): any`.

/// A signature, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    pub parameters: Vec<Parameter<'a>>,
    pub answers: Option<&'a str>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter<'a> {
    pub name: &'a str,
    pub optional: bool,
    pub kind: &'a str,
}

/// Takes a signature apart; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Signature<'_>> {
    let inner = text.strip_prefix("fun(")?;
    let close = split(inner, ')').first()?.len();
    let rest = inner[close..].strip_prefix(')')?;
    let answers = match rest {
        "" => None,
        rest => Some(rest.strip_prefix(": ")?.trim()),
    };
    let parameters = split(&inner[..close], ',').into_iter().filter(|it| !it.trim().is_empty());
    let parameters = parameters.map(|parameter| {
        let (name, kind) = parameter.split_once(':')?;
        let (name, optional) = match name.trim().strip_suffix('?') {
            Some(name) => (name, true),
            None => (name.trim(), false),
        };
        Some(Parameter { name, optional, kind: kind.trim() })
    });
    Some(Signature { parameters: parameters.collect::<Option<_>>()?, answers })
}

/// The parts between separators that stand in no bracket.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, sign) in text.char_indices() {
        if depth == 0 && sign == separator {
            parts.push(&text[from..at]);
            from = at + sign.len_utf8();
        }
        match sign {
            '(' | '{' | '[' | '<' => depth += 1,
            ')' | '}' | ']' | '>' => depth -= 1,
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_taken_apart() {
        let parameter = |name, optional, kind| Parameter { name, optional, kind };
        for (text, parameters, answers) in [
            ("fun()", vec![], None),
            ("fun(): number", vec![], Some("number")),
            (
                "fun(key: string, default?: any): any",
                vec![parameter("key", false, "string"), parameter("default", true, "any")],
                Some("any"),
            ),
            (
                "fun(a: string | { b: table<string, string>, c?: fun(d: string) }, e?: X): { f: integer }[]",
                vec![
                    parameter(
                        "a",
                        false,
                        "string | { b: table<string, string>, c?: fun(d: string) }",
                    ),
                    parameter("e", true, "X"),
                ],
                Some("{ f: integer }[]"),
            ),
        ] {
            assert_eq!(read(text), Some(Signature { parameters, answers }), "{text}");
        }
        for text in ["", "fun", "fun(", "function(a: b)", "fun(a)", "fun(a: b) c"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
