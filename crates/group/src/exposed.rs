//! Secrets that come back: a host that was given one may repeat it in its answer, and then the run would
//! read what it must not know. They are looked for, and their mark is put in their place. It is a net,
//! not a wall: a host that means harm can tell a secret in a form that nobody looks for.

use crate::secrets::mark;
use crate::world::{Incoming, Outgoing};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use model::release::hex;
use model::sabotage;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// Bytes of a form that is looked for, at least: a shorter one stands in many answers by chance.
const FORM_BYTES_MIN: usize = 6;

/// A request as it leaves, and the secrets that are in it.
pub(crate) struct Filled {
    pub(crate) request: Outgoing,
    pub(crate) secrets: Vec<Used>,
}

/// A secret that a request carries.
pub(crate) struct Used {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Filled {
    /// Takes the request's secrets out of its answer; answers the names of those that were there.
    pub(crate) fn cover(&self, incoming: &mut Incoming) -> Vec<&str> {
        if sabotage::off("secret-answer") {
            return Vec::new();
        }
        let found = self.secrets.iter().filter(|secret| {
            let mark = mark(&secret.name);
            let mut found = false;
            for form in forms(&secret.value) {
                found |= replace(&mut incoming.body, &form, mark.as_bytes());
                for (_, text) in &mut incoming.headers {
                    let mut bytes = std::mem::take(text).into_bytes();
                    found |= replace(&mut bytes, &form, mark.as_bytes());
                    *text = String::from_utf8_lossy(&bytes).into_owned();
                }
            }
            found
        });
        found.map(|secret| secret.name.as_str()).collect()
    }
}

/// The forms in which a secret is looked for, the longest first: one may begin like another.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let json = value.replace('\\', "\\\\").replace('"', "\\\"");
    let digits = hex(bytes);
    let mut forms: Vec<Vec<u8>> = [
        value.to_owned(),
        json,
        value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;"),
        percent_encode(bytes, NON_ALPHANUMERIC).map(small_digits).collect(),
        percent_encode(bytes, NON_ALPHANUMERIC).to_string(),
        digits.to_ascii_uppercase(),
        digits,
        BASE64_STANDARD_NO_PAD.encode(bytes),
        BASE64_URL_SAFE_NO_PAD.encode(bytes),
    ]
    .into_iter()
    .map(String::into_bytes)
    .filter(|form| form.len() >= FORM_BYTES_MIN)
    .collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

/// `%2f` for `%2F`; letters that stand for themselves stay.
fn small_digits(piece: &str) -> String {
    if piece.starts_with('%') { piece.to_ascii_lowercase() } else { piece.to_owned() }
}

/// Puts something in the place of each of these; whether there was one.
fn replace(bytes: &mut Vec<u8>, form: &[u8], with: &[u8]) -> bool {
    let finder =
        |from: &[u8]| from.windows(form.len()).position(|it| it[0] == form[0] && it == form);
    let Some(mut at) = finder(bytes) else { return false };
    let mut covered = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    loop {
        covered.extend_from_slice(&rest[..at]);
        covered.extend_from_slice(with);
        rest = &rest[at + form.len()..];
        match finder(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    covered.extend_from_slice(rest);
    *bytes = covered;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn filled(value: &str) -> Filled {
        let request = Outgoing {
            method: "GET".into(),
            url: "https://api.example/".into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: Duration::ZERO,
            answer_bytes_max: 0,
        };
        let secrets = vec![Used { name: "key".into(), value: value.into() }];
        Filled { request, secrets }
    }

    fn covered(value: &str, header: &str, body: &str) -> (String, String, bool) {
        let mut incoming = Incoming {
            status: 200,
            headers: vec![("x".into(), header.into())],
            body: body.as_bytes().to_vec(),
        };
        let found = !filled(value).cover(&mut incoming).is_empty();
        let body = String::from_utf8_lossy(&incoming.body).into_owned();
        (incoming.headers.remove(0).1, body, found)
    }

    // CAP-027
    #[test]
    fn a_secret_that_comes_back_is_its_mark() {
        let secret = "t0p \"secret\"/+";
        for (body, expect) in [
            ("nothing", "nothing"),
            (secret, "{{secret:key}}"),
            ("{\"sent\": \"t0p \\\"secret\\\"/+\"}", "{\"sent\": \"{{secret:key}}\"}"),
            ("t0p%20%22secret%22%2F%2B&", "{{secret:key}}&"),
            ("t0p%20%22secret%22%2f%2b&", "{{secret:key}}&"),
            ("<td>t0p &quot;secret&quot;/+</td>", "<td>{{secret:key}}</td>"),
            ("dDBwICJzZWNyZXQiLys=", "{{secret:key}}="),
            ("74307020227365637265742f", "74307020227365637265742f"),
            ("7430702022736563726574222f2b", "{{secret:key}}"),
            ("7430702022736563726574222F2B", "{{secret:key}}"),
            ("t0p \"secret\"/+t0p \"secret\"/+!", "{{secret:key}}{{secret:key}}!"),
        ] {
            let is_there = body != expect;
            let expect = (expect.to_owned(), is_there);
            let (_, text, found) = covered(secret, "", body);
            assert_eq!((text, found), expect, "in a body: {body}");
            let (text, _, found) = covered(secret, body, "");
            assert_eq!((text, found), expect, "in a header: {body}");
        }
    }

    #[test]
    fn what_is_too_short_is_not_looked_for() {
        assert_eq!(
            covered("abc", "", "abc 616263"),
            (String::new(), "abc {{secret:key}}".into(), true)
        );
        assert!(!covered("ab", "", "ab").2);
    }
}
