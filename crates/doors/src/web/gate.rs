//! Who may come to a page, and from where a form may be sent. Both are asked before any handler.

use super::visit::Visit;
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use model::{Kind, Level, Problem, sabotage};
use ui::routes::{Route, Who};

/// Refuses forms that another site made a browser send. Browsers say so themselves (Fetch Metadata,
/// W3C); older ones name the origin. Without either there is no browser that would send a cookie
/// along: the session's is `SameSite`.
pub(super) fn same_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let ours = match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            origin.split_once("://").is_some_and(|(_, place)| text(HOST.as_str()) == Some(place))
        }
        (None, None) => true,
    };
    if ours || sabotage::off("same-site") {
        return Ok(());
    }
    Err(Problem::forbidden(
        "This form was sent by another site, so nothing was done. Open the page here and press the button yourself.",
    ))
}

/// Whether a visitor may come to a route at all. Who may not see an app hears that it does not exist.
pub(super) fn may_come(visit: &Visit, route: &Route) -> Result<(), Problem> {
    if sabotage::off("may-come") {
        return Ok(());
    }
    let at_home = visit.account.as_ref().is_some_and(|account| account.level > Level::Visitor);
    match route.who {
        Who::Anybody => Ok(()),
        Who::Viewer => visit.app().map(|_| ()),
        Who::SignedIn if at_home => Ok(()),
        Who::SignedIn => Err(sign_in()),
        Who::Owner => match (visit.app(), &visit.account) {
            (Ok(app), Some(account)) if app.owner == account.id => Ok(()),
            (_, None) => Err(sign_in()),
            (Ok(_), Some(_)) => Err(Problem::forbidden(
                "This belongs to the app's owner. You can fork the app and change your own copy.",
            )),
            (Err(problem), Some(_)) => Err(problem),
        },
        Who::Admin => match &visit.account {
            Some(account) if account.level == Level::Admin => Ok(()),
            Some(_) if at_home => Err(Problem::forbidden(
                "This page is for the admins of the group. Ask one of them.",
            )),
            _ => Err(sign_in()),
        },
    }
}

fn sign_in() -> Problem {
    Problem::new(
        Kind::SignIn,
        "This page is for people who are signed in. Sign in, or join, and you come back here.",
    )
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        for (sent, fine) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://oak.example")], false),
            (&[("host", "oak.example"), ("origin", "http://oak.example")], true),
            (&[("host", "oak.example"), ("origin", "http://oak.example:81")], false),
            (&[("host", "oak.example"), ("origin", "http://elm.example")], false),
            (&[("host", "oak.example"), ("origin", "null")], false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.insert(*name, value.parse().expect("a header"));
            }
            assert_eq!(same_site(&headers).is_ok(), fine, "{sent:?}");
        }
    }
}
