//! Every address that the group's pages lead to, with the fields their forms send. A test draws
//! all pages and finds each of their forms here.
//!
//! Answers, where nothing else is said: a form that went well is answered with 303 to a page; one
//! that did not with 422 and the same page, holding what was typed. A `flash` is shown once.

/// One address.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    /// `{o}` and `{a}` are owner and app, `{path}` is the rest.
    pub path: &'static str,
    pub who: Who,
    /// Fields of the query or form; `NAME` stands for the name of a setting.
    pub fields: &'static [&'static str],
    pub answer: &'static str,
}

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// Who may see the app: its `share` decides.
    Viewer,
    SignedIn,
    Owner,
    Admin,
}

const fn get(
    path: &'static str,
    who: Who,
    fields: &'static [&'static str],
    answer: &'static str,
) -> Route {
    Route { method: "GET", path, who, fields, answer }
}

const fn post(
    path: &'static str,
    who: Who,
    fields: &'static [&'static str],
    answer: &'static str,
) -> Route {
    Route { method: "POST", path, who, fields, answer }
}

/// All of them.
pub static ROUTES: &[Route] = &[
    // ---- the group
    get("/", Who::Anybody, &[], "page::landing::Landing, or page::home::Home when signed in"),
    get("/apps", Who::Anybody, &["q"], "page::directory::Directory"),
    get("/apps/new", Who::SignedIn, &[], "page::home::NewApp"),
    post("/apps/new", Who::SignedIn, &["name"], "303 to /@{o}/{a}/edit"),
    get("/assets/{path}", Who::Anybody, &["v", "look"], "one of assets::ASSETS"),
    get("/live", Who::Anybody, &["p", "r"], "a stream of events: view and gone"),
    get("/reading", Who::Anybody, &[], "page::reading::ReadingPage"),
    post(
        "/reading",
        Who::Anybody,
        &["theme", "contrast", "text", "motion", "font"],
        "303 to /reading, with a cookie",
    ),
    // ---- coming and going
    get("/sign-in", Who::Anybody, &["next"], "page::sign_in::SignIn"),
    post("/sign-in", Who::Anybody, &["handle", "password", "next"], "303 to next or /"),
    post("/sign-out", Who::SignedIn, &[], "303 to /"),
    get("/join", Who::Anybody, &["invitation"], "page::join::Join"),
    post(
        "/join",
        Who::Anybody,
        &["handle", "name", "password", "invitation", "next"],
        "303 to next or /; the first admin to /welcome",
    ),
    get("/welcome", Who::Admin, &[], "page::welcome::Welcome"),
    post("/welcome", Who::Admin, &["name", "sentence", "sign_up"], "303 to /"),
    // ---- one's own account
    get("/me", Who::SignedIn, &[], "page::account::AccountPage"),
    post("/me", Who::SignedIn, &["name", "lang", "tz"], "303 to /me"),
    post("/me/password", Who::SignedIn, &["old", "new"], "303 to /me"),
    post("/me/tokens", Who::SignedIn, &["name", "scope"], "200 with /me and new_token"),
    post("/me/tokens/revoke", Who::SignedIn, &["id"], "303 to /me"),
    post("/me/sign-out-everywhere", Who::SignedIn, &[], "303 to /sign-in"),
    get("/me/news", Who::SignedIn, &[], "page::news::News"),
    get("/me/usage", Who::SignedIn, &[], "page::usage::Usage"),
    get("/me/export", Who::SignedIn, &[], "a file"),
    // ---- an app
    get("/@{o}/{a}", Who::Viewer, &["tab"], "page::app_page::AppPage"),
    get("/@{o}/{a}/p/{path}", Who::Viewer, &[], "the same, with that path"),
    post(
        "/@{o}/{a}/act",
        Who::Viewer,
        &["_a", "_b", "_n", "_p"],
        "303 to the page of _p, or 422 with it; and the app's own fields",
    ),
    get("/@{o}/{a}/job/{path}", Who::Viewer, &[], "page::job::Job, then what the press leads to"),
    get(
        "/@{o}/{a}/-/{path}",
        Who::Viewer,
        &[],
        "what serve answers; or a file of the release under files/",
    ),
    get("/@{o}/{a}/f/{path}", Who::Viewer, &[], "a file that the app has kept"),
    get("/@{o}/{a}/doc/edit", Who::Viewer, &["_a"], "page::document::EditDocument"),
    post(
        "/@{o}/{a}/doc/edit",
        Who::Viewer,
        &["_a", "text", "base", "do"],
        "303 to the app, or 422 with the page; 200 with preview",
    ),
    get(
        "/@{o}/{a}/doc/history",
        Who::Viewer,
        &["_a", "revision", "from", "to"],
        "page::document::DocumentHistory",
    ),
    post("/@{o}/{a}/doc/restore", Who::Viewer, &["_a", "revision"], "303 to the app"),
    get(
        "/@{o}/{a}/source",
        Who::Viewer,
        &["file", "release", "from", "to"],
        "page::source::Source",
    ),
    get("/@{o}/{a}/fork", Who::Viewer, &[], "page::fork::Fork"),
    post("/@{o}/{a}/fork", Who::Viewer, &["name"], "303 to the copy's /edit"),
    get("/@{o}/{a}/suggestions", Who::SignedIn, &[], "page::suggestions::Suggestions"),
    get("/@{o}/{a}/suggestions/{path}", Who::SignedIn, &[], "page::suggestions::OneSuggestion"),
    post(
        "/@{o}/{a}/suggestions/take",
        Who::Owner,
        &["suggestion", "how"],
        "303 to /edit; 409 with the page",
    ),
    post(
        "/@{o}/{a}/suggestions/decline",
        Who::Owner,
        &["suggestion", "word"],
        "303 to /suggestions",
    ),
    post("/@{o}/{a}/suggestions/withdraw", Who::SignedIn, &["suggestion"], "303 to /suggestions"),
    // ---- an app of one's own
    get("/@{o}/{a}/newer", Who::Owner, &["release"], "page::newer::Newer"),
    post("/@{o}/{a}/newer", Who::Owner, &["release", "how"], "303 to /edit; 409 with the page"),
    get("/@{o}/{a}/suggest", Who::Owner, &[], "page::suggestions::Suggest"),
    post("/@{o}/{a}/suggest", Who::Owner, &["note"], "303 to /suggest"),
    get("/@{o}/{a}/edit", Who::Owner, &["file", "run"], "page::editor::Editor"),
    post(
        "/@{o}/{a}/edit/save",
        Who::Owner,
        &["file", "text", "revision", "note"],
        "303 to /edit?file=; 409 with conflict",
    ),
    post(
        "/@{o}/{a}/edit/check",
        Who::Owner,
        &["file", "text", "revision", "note"],
        "saves; 200 with checked",
    ),
    post(
        "/@{o}/{a}/edit/run",
        Who::Owner,
        &["file", "text", "revision", "note"],
        "saves; 200 with ran",
    ),
    post(
        "/@{o}/{a}/edit/publish",
        Who::Owner,
        &["file", "text", "revision", "note"],
        "saves; 303 to /@{o}/{a}; 200 with page::rehearsal::RehearsalPage where data is taken over",
    ),
    post("/@{o}/{a}/edit/new", Who::Owner, &["file"], "303 to /edit?file="),
    post("/@{o}/{a}/edit/delete", Who::Owner, &["file"], "303 to /edit"),
    post(
        "/@{o}/{a}/edit/back",
        Who::Owner,
        &["release"],
        "303 to /source; 200 with page::rehearsal::RehearsalPage where data is taken over",
    ),
    post("/@{o}/{a}/edit/back-with-data", Who::Owner, &[], "303 to /source"),
    post(
        "/@{o}/{a}/edit/take-over",
        Who::Owner,
        &["note", "release"],
        "303 to /@{o}/{a}: publishes, or goes back, and takes the data over",
    ),
    post("/@{o}/{a}/follow", Who::Owner, &["on", "also"], "303 to /newer"),
    get("/@{o}/{a}/settings", Who::Owner, &[], "page::settings::Settings"),
    post(
        "/@{o}/{a}/settings",
        Who::Owner,
        &["set.NAME", "allow.NAME", "token.NAME"],
        "303 to /settings",
    ),
    post("/@{o}/{a}/secrets", Who::Owner, &["name", "host", "value", "forget"], "303 to /settings"),
    get("/@{o}/{a}/grants", Who::Owner, &[], "page::grants::Grants"),
    post(
        "/@{o}/{a}/grants/allow",
        Who::Owner,
        &["verb", "object", "token", "methods", "next"],
        "303 to next or /grants",
    ),
    post("/@{o}/{a}/grants/take-back", Who::Owner, &["grant"], "303 to /grants"),
    post("/@{o}/{a}/grants/without", Who::Owner, &["verb", "object"], "303 to /grants"),
    post("/@{o}/{a}/grants/ask-again", Who::Owner, &["verb", "object"], "303 to /grants"),
    get("/@{o}/{a}/receipts", Who::Owner, &[], "page::receipts::Receipts"),
    get("/@{o}/{a}/receipts/{path}", Who::Owner, &[], "page::receipts::OneReceipt"),
    get("/@{o}/{a}/log", Who::Owner, &[], "page::log::Log"),
    get("/@{o}/{a}/export", Who::Owner, &[], "a file"),
    get("/@{o}/{a}/delete", Who::Owner, &[], "page::delete::Delete"),
    post("/@{o}/{a}/delete", Who::Owner, &["confirm"], "303 to /"),
    // ---- care
    get("/admin", Who::Admin, &["q"], "page::admin::Admin"),
    post("/admin/level", Who::Admin, &["handle", "level"], "303 to /admin"),
    post("/admin/freeze", Who::Admin, &["handle", "why"], "303 to /admin"),
    post("/admin/free", Who::Admin, &["handle"], "303 to /admin"),
    post("/admin/password", Who::Admin, &["handle"], "200 with /admin and new_password"),
    post("/admin/stop", Who::Admin, &["app", "why"], "303 to /admin"),
    post("/admin/start", Who::Admin, &["app"], "303 to /admin"),
    post("/admin/suggestion", Who::Admin, &["app", "suggestion", "why"], "303 to /suggestions"),
    post(
        "/admin/group",
        Who::Admin,
        &["name", "sentence", "sign_up", "accent", "corner", "font"],
        "303 to /admin",
    ),
    post("/admin/safe-mode", Who::Admin, &["on"], "303 to /admin"),
    post("/admin/invite", Who::Admin, &["level"], "200 with /admin and invitation"),
];

/// The route of an address, if there is one.
#[must_use]
pub fn find(method: &str, address: &str) -> Option<&'static Route> {
    let path = address.split(['?', '#']).next().unwrap_or("");
    ROUTES.iter().find(|route| route.method == method && fits(route.path, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut steps = path.split('/');
    for wanted in pattern.split('/') {
        let Some(step) = steps.next() else { return false };
        match wanted {
            "{path}" => return true,
            "@{o}" if step.len() > 1 && step.starts_with('@') => {}
            "{a}" if !step.is_empty() => {}
            _ if wanted == step => {}
            _ => return false,
        }
    }
    steps.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_find_their_route() {
        for (method, address, expect) in [
            ("GET", "/", Some("/")),
            ("GET", "/@ana/poll", Some("/@{o}/{a}")),
            ("GET", "/@ana/poll/p/a/b?tab=x", Some("/@{o}/{a}/p/{path}")),
            ("GET", "/@ana/poll/-/", Some("/@{o}/{a}/-/{path}")),
            ("GET", "/@ana/poll/-", None),
            ("POST", "/@ana/poll/act", Some("/@{o}/{a}/act")),
            ("GET", "/@ana/poll/job/00ff", Some("/@{o}/{a}/job/{path}")),
            ("GET", "/assets/app.js?v=1", Some("/assets/{path}")),
            ("POST", "/@ana/poll", None),
            ("GET", "/ana/poll", None),
            ("GET", "/@ana/poll/nothing", None),
        ] {
            assert_eq!(find(method, address).map(|route| route.path), expect, "{address}");
        }
    }
}
