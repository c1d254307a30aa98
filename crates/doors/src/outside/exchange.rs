//! One request and its whole answer, within its time and size. It never follows, retries or keeps
//! a connection.

use super::Inner;
use super::decode::{Decoder, Spoiled};
use super::target::Target;
use bytes::Bytes;
use group::world::{Incoming, Outgoing, Unreached, UnreachedKind};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming as Body;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use model::limit;
use tokio::task::JoinSet;

/// Bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Headers of an answer.
const HEADERS_MAX: usize = 128;

/// Makes the request and takes in the answer, all within its time.
pub(super) async fn exchange(
    inner: &Inner,
    target: &Target,
    head: Parts,
    request: Outgoing,
) -> Result<Incoming, Unreached> {
    let time = match request.timeout.is_zero() {
        true => limit::FETCH_TIMEOUT,
        false => request.timeout,
    };
    let place = inner.gate.place(&target.host);
    let work = async {
        let _turn = place.turn().await.map_err(|_| super::closing())?;
        // The connection lives in here: when the time is over, it is cut.
        let mut wire = JoinSet::new();
        let request_parts = Request::from_parts(head, request.body);
        let answer = send(inner, target, request_parts, &mut wire).await?;
        take(target, answer, request.answer_bytes_max).await
    };
    match tokio::time::timeout(time, work).await {
        Ok(answer) => answer,
        Err(_) => Err(Unreached::new(
            UnreachedKind::Later,
            format!("{} took longer than {} seconds.", target.host, time.as_secs_f32()),
        )),
    }
}

async fn send(
    inner: &Inner,
    target: &Target,
    request: Request<Vec<u8>>,
    wire: &mut JoinSet<hyper::Result<()>>,
) -> Result<Response<Body>, Unreached> {
    let stream = inner.connector.connect(&inner.policy, target).await?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|why| broken(target, &why))?;
    wire.spawn(connection);
    let request = request.map(|body| Full::new(Bytes::from(body)));
    sender.send_request(request).await.map_err(|why| broken(target, &why))
}

async fn take(
    target: &Target,
    answer: Response<Body>,
    bytes_max: usize,
) -> Result<Incoming, Unreached> {
    let (head, mut body) = answer.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(bad(target, "changed to a protocol nobody asked for"));
    }
    let mut decoder = decoder(&head.headers, bytes_max)
        .ok_or_else(|| bad(target, "packed its answer in a way nobody asked for"))?;
    let mut packed_bytes = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|why| broken(target, &why))?;
        let Ok(piece) = frame.into_data() else { continue };
        packed_bytes += piece.len();
        // A packed answer that is longer than its content may be is not worth unpacking.
        if packed_bytes > bytes_max {
            return Err(too_long(target, bytes_max));
        }
        decoder = decoder.push(&piece).map_err(|why| spoiled(target, bytes_max, why))?;
    }
    let body = decoder.finish().map_err(|why| spoiled(target, bytes_max, why))?;
    Ok(Incoming { status: head.status.as_u16(), headers: headers(&head.headers), body })
}

fn decoder(headers: &HeaderMap, bytes_max: usize) -> Option<Decoder> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let encoding = encodings.next().map(|value| value.to_str().unwrap_or("?"));
    match encodings.next() {
        None => Decoder::new(encoding, bytes_max),
        Some(_) => None,
    }
}

/// The headers as text, without those that speak of the body as it travelled.
fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let travelled = [CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING];
    map.iter()
        .filter(|(name, _)| !travelled.contains(name))
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn spoiled(target: &Target, bytes_max: usize, why: Spoiled) -> Unreached {
    match why {
        Spoiled::TooLong => too_long(target, bytes_max),
        Spoiled::Broken => bad(target, "sent an answer that cannot be unpacked"),
    }
}

fn too_long(target: &Target, bytes_max: usize) -> Unreached {
    bad(target, &format!("sent more than {bytes_max} bytes, which is the limit here"))
}

fn bad(target: &Target, what: &str) -> Unreached {
    Unreached::new(UnreachedKind::Bad, format!("{} {what}.", target.host))
}

/// A connection that failed may work next time; an answer that is no HTTP will not.
fn broken(target: &Target, why: &hyper::Error) -> Unreached {
    if why.is_parse() {
        return bad(target, "sent an answer that is not HTTP");
    }
    let text = format!("{} ended the connection in the middle.", target.host);
    Unreached::new(UnreachedKind::Later, text)
}
