//! A visit: one request to the web door, with who came and what was sent. Nothing here decides
//! what they may do.

use super::Web;
use super::cookie;
use super::fields::Fields;
use super::multipart::{self, FilePart};
use axum::http::header::{CONTENT_TYPE, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use group::{Group, person};
use model::trigger::Person;
use model::{Account, App, AppAddress, Level, Problem};
use percent_encoding::percent_decode_str;
use ui::Flash;
use ui::routes::Route;

/// One request.
pub(super) struct Visit {
    pub(super) web: Web,
    /// Whose session it is; a signed-out person with a draft has an account of the level `Visitor`.
    pub(super) account: Option<Account>,
    /// The secret of the session.
    pub(super) session: Option<String>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    /// Path and query, to come back to.
    pub(super) here: String,
    pub(super) query: Fields,
    pub(super) form: Fields,
    pub(super) body: Vec<u8>,
    /// What the page before left to be said.
    pub(super) flash: Option<Flash>,
    /// What the address says after the app: `{path}` of the route, decoded.
    pub(super) rest: String,
    app: Result<App, Problem>,
}

impl Visit {
    /// Reads a request, and finds the account and the app it speaks of.
    pub(super) fn new(
        web: Web,
        route: Option<&'static Route>,
        parts: &Parts,
        body: Vec<u8>,
    ) -> Result<Visit, Problem> {
        let https = web.group.config.scheme == "https";
        let session = cookie::session(&parts.headers, https);
        let account = match &session {
            Some(secret) => web.group.session(secret)?,
            None => None,
        };
        let path = parts.uri.path();
        Ok(Visit {
            app: app_in(path, &web.group, account.as_ref()),
            session: session.filter(|_| account.is_some()),
            account,
            method: parts.method.clone(),
            headers: parts.headers.clone(),
            here: parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned(),
            query: Fields::read(parts.uri.query().unwrap_or("").as_bytes()),
            form: form(&parts.headers, &body),
            body,
            flash: cookie::flash(&parts.headers),
            rest: route.map(|route| rest(route, path)).unwrap_or_default(),
            web,
        })
    }

    pub(super) fn group(&self) -> &Group {
        &self.web.group
    }

    /// Whether browsers reach the group over TLS.
    pub(super) fn https(&self) -> bool {
        self.web.group.config.scheme == "https"
    }

    /// The app of the address, if this visitor may know of it.
    pub(super) fn app(&self) -> Result<&App, Problem> {
        self.app.as_ref().map_err(Clone::clone)
    }

    /// Who came, as apps may know them. Somebody signed out with a draft is nobody to other
    /// people's apps.
    pub(super) fn person(&self) -> Option<Person> {
        let account = self.account.as_ref()?;
        let known = account.level > Level::Visitor
            || self.app.as_ref().is_ok_and(|app| app.owner == account.id);
        known.then(|| person(account))
    }

    /// The account of whoever is signed in.
    pub(super) fn account(&self) -> Result<&Account, Problem> {
        self.account
            .as_ref()
            .ok_or_else(|| Problem::new(model::Kind::SignIn, "Sign in first; you come back here."))
    }

    /// Whose buttons they are: the id of whoever came, or empty for everybody signed out.
    pub(super) fn viewer(&self) -> String {
        self.person().map(|person| person.id.to_string()).unwrap_or_default()
    }

    /// Whether the visitor owns the app of the address.
    pub(super) fn is_owner(&self) -> bool {
        let owner = self.app.as_ref().map(|app| app.owner).ok();
        self.account.as_ref().is_some_and(|account| Some(account.id) == owner)
    }

    /// Whether our script sent this form, and will show the answer in the place of the page.
    pub(super) fn by_script(&self) -> bool {
        self.headers.contains_key("x-allotment-script")
    }

    /// The page somebody is on: where a form came from, and not where it was sent.
    pub(super) fn page(&self) -> String {
        if self.method != Method::POST {
            return self.here.clone();
        }
        let from = self.headers.get(REFERER).and_then(|from| from.to_str().ok()).unwrap_or("");
        let ours = self.group().address("/");
        from.strip_prefix(&ours).map_or("/".to_owned(), |path| format!("/{path}"))
    }

    /// Whether the form came whole; fields alone always do.
    pub(super) fn is_whole(&self) -> Result<(), Problem> {
        match in_parts(&self.headers).map(|boundary| multipart::read(&self.body, boundary)) {
            Some(None) => Err(Problem::invalid(
                "The form did not come whole, so nothing was done. Go back and send it again.",
            )),
            _ => Ok(()),
        }
    }

    /// The files that came with the form.
    pub(super) fn files(&self) -> Vec<FilePart<'_>> {
        let parts = in_parts(&self.headers).and_then(|it| multipart::read(&self.body, it));
        parts.map(|parts| parts.files).unwrap_or_default()
    }

    /// Where a form leads back to: its field `next`, if that is a page of this group.
    pub(super) fn next(&self) -> String {
        let next = self.form.filled("next").or(self.query.filled("next")).unwrap_or("/");
        let inside = next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains(['\\', '\r', '\n'])
            && next.is_ascii();
        if inside { next.to_owned() } else { "/".to_owned() }
    }
}

/// The fields of a form, however it was sent.
fn form(headers: &HeaderMap, body: &[u8]) -> Fields {
    match in_parts(headers).map(|boundary| multipart::read(body, boundary)) {
        None => Fields::read(body),
        Some(parts) => parts.map(|parts| Fields::of(parts.fields)).unwrap_or_default(),
    }
}

/// The boundary of a form with files.
pub(super) fn in_parts(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok().and_then(multipart::boundary)
}

fn app_in(path: &str, group: &Group, account: Option<&Account>) -> Result<App, Problem> {
    let mut steps = path.trim_start_matches('/').splitn(3, '/');
    let none = || Problem::not_found("There is no such app here. Look in the list of apps.");
    let (Some(owner), Some(app)) = (steps.next(), steps.next()) else { return Err(none()) };
    let address = AppAddress::parse(&format!("{owner}/{app}")).map_err(|_| none())?;
    let app = group.app_at(&address, account.map(person).as_ref())?;
    match account {
        // Somebody with a draft and without an account sees what everybody sees.
        Some(it) if it.level == Level::Visitor && it.id != app.owner => {
            group.app_at(&address, None)
        }
        _ => Ok(app),
    }
}

/// What an address has where its route says `{path}`.
fn rest(route: &Route, path: &str) -> String {
    let Some(before) = route.path.strip_suffix("{path}") else { return String::new() };
    let steps = before.matches('/').count();
    let rest = path.splitn(steps + 1, '/').nth(steps).unwrap_or("");
    percent_decode_str(rest).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use ui::routes::find;

    #[test]
    fn the_rest_of_an_address_is_decoded() {
        for (path, expect) in [
            ("/@ana/poll/p/list/3", "list/3"),
            ("/@ana/poll/-/hook%20one/x", "hook one/x"),
            ("/@ana/poll", ""),
        ] {
            let route = find("GET", path).expect("a route");
            assert_eq!(rest(route, path), expect, "{path}");
        }
    }
}
