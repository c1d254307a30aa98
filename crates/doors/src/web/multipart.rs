//! Forms with files, as browsers send them (RFC 7578): fields, and files whose bytes stay where they
//! are. Whatever is not exactly that is refused whole.

use model::limit;

/// A form that came in parts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parts<'a> {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<FilePart<'a>>,
}

/// A file of a form.
#[derive(Debug, PartialEq)]
pub(super) struct FilePart<'a> {
    pub(super) field: String,
    pub(super) name: String,
    /// The content type that the browser gave it.
    pub(super) kind: String,
    pub(super) bytes: &'a [u8],
}

/// Bytes of a boundary (RFC 2046 §5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;
/// Parts of a form: its files, and as many fields as one may want.
const PARTS_MAX: usize = limit::UPLOADS_MAX + 500;
/// Bytes of the headers of one part.
const HEAD_BYTES_MAX: usize = 2_048;

/// The boundary of a form in parts; `None` for every other content type.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = |it: &'_ str| it.trim().to_ascii_lowercase().starts_with("boundary=");
    let found = rest.split(';').find(|it| named(it))?.trim();
    let boundary = found["boundary=".len()..].trim_matches('"');
    let fine = !boundary.is_empty()
        && boundary.len() <= BOUNDARY_BYTES_MAX
        && boundary.bytes().all(|byte| byte.is_ascii_graphic());
    fine.then_some(boundary)
}

/// Reads a form; `None` if it is not whole.
pub(super) fn read<'a>(body: &'a [u8], boundary: &str) -> Option<Parts<'a>> {
    let open = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut parts = Parts::default();
    let mut rest = body.strip_prefix(open.as_bytes())?;
    for _ in 0..PARTS_MAX {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(&rest[..rest.len().min(HEAD_BYTES_MAX)], b"\r\n\r\n")?;
        let (head, content) = (&rest[..head_end], &rest[head_end + 4..]);
        let end = find(content, between.as_bytes())?;
        take(&mut parts, std::str::from_utf8(head).ok()?, &content[..end])?;
        rest = &content[end + between.len()..];
    }
    None
}

/// Takes one part by its headers.
fn take<'a>(parts: &mut Parts<'a>, head: &str, bytes: &'a [u8]) -> Option<()> {
    let header = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let disposition = header("content-disposition")?;
    let field = parameter(disposition, "name")?;
    match parameter(disposition, "filename") {
        None => {
            let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            parts.fields.push((field, text));
        }
        // A field where nothing was chosen comes without a name and without bytes.
        Some(name) if name.is_empty() && bytes.is_empty() => {}
        Some(name) => {
            let kind = header("content-type").unwrap_or("application/octet-stream").to_owned();
            parts.files.push(FilePart { field, name, kind, bytes });
        }
    }
    Some(())
}

/// A quoted parameter. Browsers write a quote and line ends in it as `%22`, `%0D` and `%0A`.
fn parameter(header: &str, name: &str) -> Option<String> {
    let start = format!("; {name}=\"");
    let (_, rest) = header.split_once(&start)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

/// Where something begins. Only places that begin like it are looked at closely.
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(what) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn content_types_have_a_boundary_or_are_other_forms() {
        for (kind, expect) in [
            ("multipart/form-data; boundary=----x1", Some("----x1")),
            ("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", None),
            ("multipart/form-data; boundary=\"ab\"", Some("ab")),
            ("multipart/form-data; boundary=", None),
            ("application/x-www-form-urlencoded", None),
            ("multipart/mixed; boundary=x", None),
        ] {
            assert_eq!(boundary(kind), expect, "{kind}");
        }
    }

    #[test]
    fn forms_are_read_as_browsers_send_them() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"_a\"\r\n\r\ntoken\r\n--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\none\r\ntwo\r\n--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a %22b%22.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--y\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n";
        let read = read(body, "x").expect("a form");
        assert_eq!(
            read.fields,
            [("_a".to_owned(), "token".to_owned()), ("note".to_owned(), "one\ntwo".to_owned())]
        );
        assert_eq!(read.files.len(), 1);
        let file = &read.files[0];
        assert_eq!((file.field.as_str(), file.name.as_str()), ("photo", "a \"b\".png"));
        assert_eq!((file.kind.as_str(), file.bytes), ("image/png", &b"\x89PNG\r\n--y\r\n"[..]));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let whole = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n";
        assert!(read(whole, "x").is_some());
        for end in 0..whole.len() - 4 {
            assert_eq!(read(&whole[..end], "x"), None, "{end} bytes");
        }
        for odd in [
            &b"--x\r\n\r\nb\r\n--x--"[..],
            b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--",
            b"\r\n--x--",
            b"--x\nContent-Disposition: form-data; name=\"a\"\n\nb\n--x--",
        ] {
            assert_eq!(read(odd, "x"), None, "{}", String::from_utf8_lossy(odd));
        }
        let mut many = Vec::new();
        for _ in 0..=PARTS_MAX {
            many.extend(b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n");
        }
        many.extend(b"--x--");
        assert_eq!(read(&many, "x"), None);
    }
}
