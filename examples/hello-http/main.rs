//! A web program of the kind that every host of `wasi:http` runs. It knows nothing of this group.

use wasi::exports::http::incoming_handler::Guest;
use wasi::http::types::{
    Fields, IncomingBody, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};

struct Hello;

wasi::http::proxy::export!(Hello);

impl Guest for Hello {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let (status, text) = match (request.method(), path.as_str()) {
            (Method::Get, "/" | "") => (200, "Hello from wasi:http.\n".to_owned()),
            (Method::Post, "/echo") => (200, body(request)),
            _ => (404, format!("There is no {path} here.\n")),
        };
        answer(status, text.as_bytes(), out);
    }
}

/// The text that came with a request.
fn body(request: IncomingRequest) -> String {
    let Ok(body) = request.consume() else { return String::new() };
    let mut bytes = Vec::new();
    if let Ok(stream) = body.stream() {
        while let Ok(piece) = stream.blocking_read(4096) {
            bytes.extend(piece);
        }
    }
    IncomingBody::finish(body);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn answer(status: u16, text: &[u8], out: ResponseOutparam) {
    let headers = Fields::new();
    let _ = headers.append("content-type", b"text/plain; charset=utf-8");
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    if let Ok(stream) = body.write() {
        for piece in text.chunks(4096) {
            if stream.blocking_write_and_flush(piece).is_err() {
                break;
            }
        }
    }
    let _ = OutgoingBody::finish(body, None);
}
