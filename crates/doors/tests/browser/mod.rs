//! A browser without a screen for tests of the web door: it keeps cookies, fills forms in and
//! presses buttons by their label.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use doors::web::{Web, routes};
use http_body_util::BodyExt;
use model::Account;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Place, TestWorld};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The password of everybody in these tests; `Place::person` gives it.
pub(crate) const PASSWORD: &str = "a long password";

/// Somebody at their browser.
pub(crate) struct Browser {
    router: Router,
    runtime: Arc<Runtime>,
    cookies: BTreeMap<String, String>,
    world: Arc<TestWorld>,
    /// What the browser says about where a form comes from.
    pub(crate) site: &'static str,
}

/// An answer.
pub(crate) struct Shown {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Browser {
    /// A fresh browser, signed out.
    pub(crate) fn new(place: &Place) -> Browser {
        let router = routes(Web::new(place.group.clone(), [].into()));
        Browser {
            router,
            runtime: Arc::new(Runtime::new().unwrap()),
            cookies: BTreeMap::new(),
            world: place.world.clone(),
            site: "same-origin",
        }
    }

    /// A browser with a session of this account, whether it has a password or not.
    pub(crate) fn with_session(place: &Place, account: &Account) -> Browser {
        let mut browser = Browser::new(place);
        let session = place.group.new_session(account).unwrap();
        browser.cookies.insert("__Host-allotment".into(), session);
        browser
    }

    /// A browser in which a person is signed in.
    pub(crate) fn of(place: &Place, handle: &str) -> Browser {
        let mut browser = Browser::new(place);
        browser.sign_in(handle);
        browser
    }

    /// Another person's browser at the same server.
    pub(crate) fn beside(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            runtime: self.runtime.clone(),
            cookies: BTreeMap::new(),
            world: self.world.clone(),
            site: self.site,
        }
    }

    /// Signs a person in.
    #[track_caller]
    pub(crate) fn sign_in(&mut self, handle: &str) {
        let answer = self.post("/sign-in", &[("handle", handle), ("password", PASSWORD)]);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    /// Listens to a stream of events.
    pub(crate) fn events(&mut self, path: &str) -> Events {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path)
            .header("accept", "text/event-stream")
            .header(COOKIE, cookies.join("; "))
            .body(Body::empty())
            .unwrap();
        let router = self.router.clone();
        let response = self.runtime.block_on(async move { router.oneshot(request).await.unwrap() });
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Events { runtime: self.runtime.clone(), body: response.into_body(), said: String::new() }
    }

    /// Follows a page that was opened.
    pub(crate) fn follow_live(&mut self, page: &Shown) -> Events {
        let area = page.text.split("class=\"apparea\"").nth(1).expect("an app's area");
        let (live, rev) = (attribute(area, "data-live"), attribute(area, "data-rev"));
        assert!(!live.is_empty(), "the page is not live");
        let mut events = self.events(&format!("/live?p={live}&r={rev}"));
        assert!(events.part().contains("retry: "), "it says when to come again");
        events
    }

    /// Presses a button as the script of a page does.
    pub(crate) fn press_by_script(
        &mut self,
        page: &Shown,
        label: &str,
        typed: &[(&str, &str)],
    ) -> Shown {
        let (action, hidden) = page.form(label);
        let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.chain(typed.iter().copied()))
            .finish();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", self.site),
            ("x-allotment-script", "1"),
        ];
        self.ask(Method::POST, &action, &headers, body.into_bytes())
    }

    /// Opens a page.
    pub(crate) fn get(&mut self, path: &str) -> Shown {
        self.ask(Method::GET, path, &[], Vec::new())
    }

    /// Sends a form.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind =
            [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", self.site)];
        self.ask(Method::POST, path, &kind, body.into_bytes())
    }

    /// Sends anything.
    pub(crate) fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Shown {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let request = request.body(Body::from(body)).unwrap();
        // Some time passes between two requests, and what came later is newer.
        self.world.pass(Duration::from_millis(1));
        let router = self.router.clone();
        let shown = self
            .runtime
            .block_on(async move { read(router.oneshot(request).await.unwrap()).await });
        for cookie in shown.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        shown
    }

    /// Presses a button of a page by its label, with these fields filled in.
    pub(crate) fn press(&mut self, page: &Shown, label: &str, typed: &[(&str, &str)]) -> Shown {
        let (action, hidden) = page.form(label);
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(typed);
        self.post(&action, &fields)
    }

    /// Sends a form that must be taken, and follows to the page after it.
    #[track_caller]
    pub(crate) fn done(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.post(path, fields);
        assert_eq!(shown.status, StatusCode::SEE_OTHER, "{path}: {}", shown.words());
        self.follow(shown)
    }

    /// Follows a 303 to its page; any other answer is shown as it is.
    pub(crate) fn follow(&mut self, shown: Shown) -> Shown {
        match shown.leads_to() {
            Some(to) => self.get(&to),
            None => shown,
        }
    }
}

/// A stream of events, as it arrives.
pub(crate) struct Events {
    runtime: Arc<Runtime>,
    body: Body,
    said: String,
}

/// How long a test waits for an event before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

impl Events {
    /// The next event: its kind and its data.
    pub(crate) fn next(&mut self) -> (String, String) {
        loop {
            let part = self.part();
            let lines = |name: &str| {
                let values = part.lines().filter_map(|line| line.strip_prefix(name));
                values.map(|value| value.trim_start().to_owned()).collect::<Vec<_>>().join("\n")
            };
            let kind = lines("event:");
            if !kind.is_empty() {
                return (kind, lines("data:"));
            }
        }
    }

    /// The next part of the stream, up to an empty line.
    pub(crate) fn part(&mut self) -> String {
        loop {
            if let Some((part, rest)) = self.said.split_once("\n\n") {
                let part = part.to_owned();
                self.said = rest.to_owned();
                return part;
            }
            let (body, runtime) = (&mut self.body, &self.runtime);
            let frame =
                runtime.block_on(async { tokio::time::timeout(PATIENCE, body.frame()).await });
            let frame = frame.expect("an event in time").expect("the stream goes on").unwrap();
            self.said += std::str::from_utf8(frame.data_ref().expect("data")).unwrap();
        }
    }
}

impl Shown {
    /// A part of a page that arrived otherwise.
    pub(crate) fn of(html: &str) -> Shown {
        Shown {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            bytes: html.as_bytes().to_vec(),
            text: html.to_owned(),
        }
    }

    /// What a hidden field of a button's form holds.
    pub(crate) fn hidden(&self, label: &str, name: &str) -> String {
        let (_, hidden) = self.form(label);
        hidden.into_iter().find(|(it, _)| it == name).map_or_else(String::new, |(_, value)| value)
    }

    /// Where a 303 leads.
    pub(crate) fn leads_to(&self) -> Option<String> {
        self.headers.get(LOCATION).map(|to| to.to_str().unwrap().to_owned())
    }

    /// The same, or nothing.
    pub(crate) fn to(&self) -> String {
        self.leads_to().unwrap_or_default()
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether the page says this; the error shows the whole page.
    pub(crate) fn says(&self, text: &str) {
        assert!(self.text.contains(text), "{} does not say “{text}”:\n{}", self.status, self.text);
    }

    /// The words of the page, without its markup.
    pub(crate) fn words(&self) -> String {
        let mut words = String::new();
        let mut outside = true;
        for c in self.text.chars() {
            match c {
                '<' => outside = false,
                '>' => outside = true,
                c if outside => words.push(c),
                _ => {}
            }
        }
        plain(&words)
    }

    /// Whether these words stand on the page; the error shows all of them.
    #[track_caller]
    pub(crate) fn reads(&self, text: &str) {
        let words = self.words();
        assert!(words.contains(text), "{} does not read “{text}”:\n{words}", self.status);
    }

    /// Whether they do not.
    #[track_caller]
    pub(crate) fn reads_not(&self, text: &str) {
        let words = self.words();
        assert!(!words.contains(text), "{} reads “{text}”:\n{words}", self.status);
    }

    /// What stands in the fields of this name.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let mark = format!(" name=\"{name}\"");
        let tags =
            self.text.split('<').filter(|tag| tag.split('>').next().unwrap().contains(&mark));
        tags.map(|tag| match tag.split_once('>') {
            Some((head, text)) if head.starts_with("textarea") => {
                plain(text.strip_prefix('\n').unwrap_or(text))
            }
            _ => attribute(tag, "value"),
        })
        .collect()
    }

    /// What stands in the one field of this name.
    #[track_caller]
    pub(crate) fn value(&self, name: &str) -> String {
        let values = self.values(name);
        assert!(values.windows(2).all(|pair| pair[0] == pair[1]), "{name}: {values:?}");
        values.into_iter().next().unwrap_or_else(|| panic!("no field {name}:\n{}", self.words()))
    }

    /// Action and hidden fields of the form whose button has this label.
    fn form(&self, label: &str) -> (String, Vec<(String, String)>) {
        let forms =
            self.text.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap());
        let mark = format!(">{label}</button>");
        let form = forms
            .into_iter()
            .find(|form| form.contains(&mark))
            .unwrap_or_else(|| panic!("no button {label}:\n{}", self.text));
        let hidden = form.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
        let fields = hidden.map(|input| (attribute(input, "name"), attribute(input, "value")));
        (attribute(form, "action"), fields.collect())
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let from = tag.split_once(&format!(" {name}=\"")).map_or("", |(_, rest)| rest);
    plain(from.split('"').next().unwrap())
}

/// A text as it was before it was escaped.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

async fn read(response: Response) -> Shown {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let html =
        parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().contains("html"));
    if html && parts.status != StatusCode::SEE_OTHER {
        assert_eq!(parts.headers["content-security-policy"], ui::POLICY, "every page is strict");
        assert_eq!(parts.headers["cache-control"], "no-store");
    }
    assert_eq!(parts.headers["x-content-type-options"], "nosniff");
    Shown {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        bytes: bytes.to_vec(),
    }
}
