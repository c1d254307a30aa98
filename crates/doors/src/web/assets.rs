//! What browsers get beside pages. An address that names its content never changes, so that it is
//! asked for once.

use super::reply::Reply;
use super::visit::Visit;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use model::Problem;
use ui::{Theme, assets};

/// For an address that names its content: a year, the most that browsers count (RFC 9111 §5.2.2.1).
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For one that does not: it changes with the server only.
const A_WHILE: &str = "public, max-age=300";

/// `GET /assets/{path}`.
pub(super) fn asset(visit: &Visit) -> Result<Reply, Problem> {
    let Some(asset) = assets::find(&format!("/assets/{}", visit.rest)) else {
        return Ok(Reply::error(visit, StatusCode::NOT_FOUND, ""));
    };
    // The style sheet ends with what the admins of this group chose.
    let theme = match asset.path == assets::STYLE.path {
        true => Theme::read(&visit.group().settings()?.theme),
        false => Theme::default(),
    };
    let (tag, look) = (format!("{:016x}", asset.tag), theme.words());
    let named = visit.query.get("v") == tag && visit.query.get("look") == look;
    let kept = if named { FOR_EVER } else { A_WHILE };
    let tag = format!("\"{tag}{look}\"");
    let known = visit.headers.get(IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let reply = match known {
        true => Reply::raw(StatusCode::NOT_MODIFIED, Vec::new()),
        false if asset.path == assets::STYLE.path => {
            let style = format!("{}{}", *ui::style::PACKED, theme.css());
            Reply::raw(StatusCode::OK, style.into_bytes())
        }
        false => Reply::raw(StatusCode::OK, asset.bytes.to_vec()),
    };
    Ok(reply.with(CONTENT_TYPE, asset.kind).with(ETAG, tag).with(CACHE_CONTROL, kept))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn the_script_is_small() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(ui::assets::SCRIPT.bytes).expect("memory");
        let bytes = packed.finish().expect("memory").len();
        assert!(bytes <= 8 * model::limit::KIB, "{bytes} bytes, compressed");
    }
}
