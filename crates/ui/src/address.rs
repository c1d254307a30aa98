//! Addresses that a script names: judged strictly, before anything is drawn. No address that could
//! run code, hide its host, or leave the app unseen gets through.

use model::Name;

/// Bytes of an address; longer ones are data.
const ADDRESS_BYTES_MAX: usize = 2048;

/// The folder of an app's files in its release.
const FILES: &str = "files/";
/// Bytes of a host's name, as DNS has it.
const HOST_BYTES_MAX: usize = 253;

/// An address that may stand in a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address<'a> {
    /// `https:`, `http:` or `mailto:`.
    Outside(&'a str),
    /// `group:@ana/poll`: a page of this group.
    Group(&'a str),
    /// A path, query or fragment inside the app.
    Inside(&'a str),
}

/// Reads an address; `None` if it may not stand in a link.
#[must_use]
pub fn parse(text: &str) -> Option<Address<'_>> {
    if text.is_empty() || text.len() > ADDRESS_BYTES_MAX || text.chars().any(refused) {
        return None;
    }
    let head = &text[..text.find(['/', '?', '#']).unwrap_or(text.len())];
    let Some(colon) = head.find(':') else {
        return (!text.starts_with("//")).then_some(Address::Inside(text));
    };
    let rest = &text[colon + 1..];
    match text[..colon].to_ascii_lowercase().as_str() {
        "https" | "http" => has_host(rest).then_some(Address::Outside(text)),
        "mailto" => (!rest.is_empty()).then_some(Address::Outside(text)),
        "group" => in_group(rest).then_some(Address::Group(rest)),
        _ => None,
    }
}

/// Browsers drop or fold these, so that what is judged would not be what is opened.
fn refused(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\\' | '<' | '>' | '"' | '`')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// Two slashes and a host without a user name before it (“https://bank.example@evil.example”).
fn has_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    !host.is_empty() && !host.contains('@')
}

fn in_group(rest: &str) -> bool {
    !rest.starts_with('/') && !rest.is_empty() && !rest.split('/').any(|step| step == "..")
}

impl Address<'_> {
    /// The address as the group's page must write it. `app` is the app's own, like `/@ana/poll`;
    /// `path` is where the reader stands inside it and begins with `/`.
    #[must_use]
    pub fn on_page(&self, app: &str, path: &str) -> String {
        match self {
            Address::Outside(text) => (*text).to_owned(),
            Address::Group(rest) => format!("/{rest}"),
            Address::Inside(text) => match text.chars().next() {
                Some('#') => (*text).to_owned(),
                Some('?') => format!("{}{text}", page_of(app, path)),
                _ => self
                    .of_file(app)
                    .filter(|_| is_file(text))
                    .unwrap_or_else(|| page_of(app, text)),
            },
        }
    }

    /// Where one of the app's own files is served: of its release, or kept by it and named by
    /// `files.url`. `None` if it is neither.
    #[must_use]
    pub fn of_file(&self, app: &str) -> Option<String> {
        match self {
            Address::Inside(text) if !text.starts_with(['#', '?']) => {
                let path = inside(text);
                Some(format!("{app}/-/{}", path.strip_prefix(FILES).unwrap_or(&path)))
            }
            // Whatever host it names: what is shown is the app's own.
            Address::Outside(text) => {
                let (_, rest) = text.split_once("://")?;
                let kept = rest[rest.find('/')?..].strip_prefix(app)?.strip_prefix("/f/")?;
                Some(format!("{app}/f/{}", inside(kept)))
            }
            _ => None,
        }
    }
}

/// Whether a path inside an app names a file of its release.
fn is_file(text: &str) -> bool {
    text.trim_start_matches('/').starts_with(FILES)
}

/// The page of an app that a script names, like `@ana/poll` or `@ana@oak.example/poll`; `None` if
/// it is no address of an app.
#[must_use]
pub fn of_app(text: &str) -> Option<String> {
    let (owner, app) = text.strip_prefix('@')?.split_once('/')?;
    let (handle, host) = owner.split_once('@').map_or((owner, None), |(a, b)| (a, Some(b)));
    let (handle, app) = (Name::parse(handle).ok()?, Name::parse(app).ok()?);
    match host {
        None => Some(format!("/@{handle}/{app}")),
        Some(host) => {
            let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
            let is_host =
                !host.is_empty() && host.len() <= HOST_BYTES_MAX && host.chars().all(fine);
            is_host.then(|| format!("https://{host}/@{handle}/{app}"))
        }
    }
}

/// The group's address of a path inside an app.
#[must_use]
pub fn page_of(app: &str, path: &str) -> String {
    let path = inside(path);
    let (steps, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    match steps.is_empty() {
        true => format!("{app}{rest}"),
        false => format!("{app}/p/{path}"),
    }
}

/// A path without leading slash whose `.` and `..` steps are resolved and never leave the app.
fn inside(path: &str) -> String {
    let (steps, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut kept: Vec<&str> = Vec::new();
    for step in steps.split('/') {
        match step.replace("%2e", ".").replace("%2E", ".").as_str() {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(step),
        }
    }
    format!("{}{rest}", kept.join("/"))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_or_deceive_is_refused() {
        for text in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://x",
            "file:///etc/passwd",
            "ftp://x",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https:///x",
            "https://oak.example@evil.example/",
            "https://x/\u{202e}gpj.exe",
            "https://x/\u{a0}y",
            "a:b",
            "%6aavascript:alert(1)",
            "mailto:",
            "group:/x",
            "group:@ana/../admin",
            "view-source:https://x",
        ] {
            assert_eq!(parse(text), None, "{text:?} was taken");
        }
        assert_eq!(parse(&format!("a{}", "b".repeat(ADDRESS_BYTES_MAX))), None);
    }

    #[test]
    fn addresses_stay_in_the_app() {
        for (text, path, expect) in [
            ("archive/2025", "/", "/@ana/poll/p/archive/2025"),
            ("/archive", "/x", "/@ana/poll/p/archive"),
            ("/", "/x", "/@ana/poll"),
            ("?tab=b", "/", "/@ana/poll?tab=b"),
            ("?tab=b", "/x", "/@ana/poll/p/x?tab=b"),
            ("/x?a=b:c", "/", "/@ana/poll/p/x?a=b:c"),
            ("../../admin", "/", "/@ana/poll/p/admin"),
            ("a/%2e%2E/../../b", "/", "/@ana/poll/p/b"),
            ("#top", "/", "#top"),
            ("https://x.example/", "/", "https://x.example/"),
            ("mailto:a@b.example", "/", "mailto:a@b.example"),
            ("group:@ben/list", "/", "/@ben/list"),
            ("files/a.ogg", "/x", "/@ana/poll/-/a.ogg"),
            ("files/../../b", "/", "/@ana/poll/-/b"),
        ] {
            let address = parse(text).expect(text);
            assert_eq!(address.on_page("/@ana/poll", path), expect, "{text}");
        }
    }

    #[test]
    fn only_files_of_the_app_itself_are_shown() {
        for (text, expect) in [
            ("files/a.png", Some("/@ana/poll/-/a.png")),
            ("a.png", Some("/@ana/poll/-/a.png")),
            ("https://oak.example/@ana/poll/f/b/c.png", Some("/@ana/poll/f/b/c.png")),
            ("https://oak.example/@ana/poll/f/../../x", Some("/@ana/poll/f/x")),
            ("https://oak.example/@ben/poll/f/b.png", None),
            ("https://oak.example/@ana/poll/edit", None),
            ("https://oak.example", None),
            ("?a", None),
            ("mailto:a@b.example", None),
        ] {
            let found = parse(text).expect(text).of_file("/@ana/poll");
            assert_eq!(found.as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn apps_are_named_here_and_elsewhere() {
        for (text, expect) in [
            ("@ana/poll", Some("/@ana/poll")),
            ("@ana@oak.example/poll", Some("https://oak.example/@ana/poll")),
            ("ana/poll", None),
            ("@ana/poll/x", None),
            ("@ana@oak.example/evil/poll", None),
            ("@ana@evil\"/poll", None),
            ("@ana@/poll", None),
        ] {
            assert_eq!(of_app(text).as_deref(), expect, "{text}");
        }
    }
}
