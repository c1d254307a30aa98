//! The cookies of a browser: its session, a message for the next page, and how its reader wants pages
//! to look. None can be read by a script, and none goes along when another site sends a browser here with a form.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use model::limit;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ui::{Flash, Reading};

/// The name of the session's cookie; behind TLS it gets the prefix that binds it to the host (RFC 6265bis §4.1.3.2).
const SESSION: &str = "allotment";
/// The name of the message's cookie.
const FLASH: &str = "allotment-said";
/// The name of the cookie with the reader's wishes.
const READING: &str = "allotment-reading";
/// Seconds a browser keeps them: 400 days, the most that browsers take.
const READING_SECONDS: u64 = 34_560_000;
/// Seconds a message waits for its page.
const FLASH_SECONDS: u64 = 60;
/// Characters of a message: it must fit a cookie (4 KiB) when every byte is escaped.
const FLASH_CHARS_MAX: usize = 300;

/// The session's secret that a browser sent.
pub(super) fn session(headers: &HeaderMap, https: bool) -> Option<String> {
    cookie(headers, &session_name(https))
}

/// The message that the page before left.
pub(super) fn flash(headers: &HeaderMap) -> Option<Flash> {
    let value = cookie(headers, FLASH)?;
    let (tone, text) = value.split_once('.')?;
    let text = percent_decode_str(text).decode_utf8().ok()?.into_owned();
    match tone {
        "good" => Some(Flash::good(text)),
        "bad" => Some(Flash::bad(text)),
        _ => None,
    }
}

/// The header that begins a session in a browser.
pub(super) fn begin(secret: &str, https: bool) -> String {
    let seconds = limit::SESSION_LIFE.as_secs();
    format!("{}={secret}; Max-Age={seconds}; {}", session_name(https), attributes(https))
}

/// The header that ends it.
pub(super) fn end(https: bool) -> String {
    format!("{}=; Max-Age=0; {}", session_name(https), attributes(https))
}

/// The header that leaves a message for the next page.
pub(super) fn say(flash: &Flash, https: bool) -> String {
    let text: String = flash.text.chars().take(FLASH_CHARS_MAX).collect();
    let text = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    let tone = if flash.good { "good" } else { "bad" };
    format!("{FLASH}={tone}.{text}; Max-Age={FLASH_SECONDS}; {}", attributes(https))
}

/// The header that forgets the message once it was shown.
pub(super) fn said(https: bool) -> String {
    format!("{FLASH}=; Max-Age=0; {}", attributes(https))
}

/// How the reader of this browser wants pages to look.
pub(super) fn reading(headers: &HeaderMap) -> Reading {
    Reading::read(&cookie(headers, READING).unwrap_or_default())
}

/// The header that keeps it.
pub(super) fn keep_reading(reading: &Reading, https: bool) -> String {
    let words = reading.words();
    format!("{READING}={words}; Max-Age={READING_SECONDS}; {}", attributes(https))
}

fn session_name(https: bool) -> String {
    if https { format!("__Host-{SESSION}") } else { SESSION.to_owned() }
}

fn attributes(https: bool) -> &'static str {
    if https { "Path=/; HttpOnly; SameSite=Lax; Secure" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(it, _)| *it == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_its_cookie() {
        for https in [false, true] {
            let header = say(&Flash::bad("Not; saved, “Jörg”\n"), https);
            let sent = header.split(';').next().unwrap_or("").to_owned();
            let headers = HeaderMap::from_iter([(COOKIE, sent.parse().expect("a header"))]);
            let flash = flash(&headers).expect("a message");
            assert_eq!((flash.good, flash.text.as_str()), (false, "Not; saved, “Jörg”\n"));
        }
    }

    #[test]
    fn a_session_is_bound_to_its_scheme() {
        for (https, name) in [(false, "allotment"), (true, "__Host-allotment")] {
            assert!(begin("abc", https).starts_with(&format!("{name}=abc; ")));
            assert_eq!(begin("abc", https).contains("Secure"), https);
            let sent = format!("x=1; {name}=abc").parse().expect("a header");
            let headers = HeaderMap::from_iter([(COOKIE, sent)]);
            assert_eq!(session(&headers, https).as_deref(), Some("abc"));
            assert_eq!(session(&headers, !https), None);
        }
    }
}
