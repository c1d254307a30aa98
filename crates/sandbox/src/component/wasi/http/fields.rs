//! Header fields: names and values as HTTP allows them, bounded in number and bytes. What would steer
//! the connection is forbidden, as WASI says.

use super::super::call::{Call, Interface};
use super::super::room::{Full, Hold};
use super::super::{Wasi, fault};
use super::words::HeaderError;
use model::Value;
use model::limit::KIB;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasmtime::Result;
use wasmtime::component::Resource;

/// Fields of one list: servers of the web take about a hundred.
const FIELDS_MAX: usize = 256;
/// Bytes of one list, names and values: servers of the web take from 8 to 64 KiB.
const FIELDS_BYTES_MAX: usize = 64 * KIB;
/// Bytes of what keeps one field, beside its name and value.
const FIELD_BYTES: usize = 64;
/// Fields that belong to a connection, which is the host's.
const FORBIDDEN: [&str; 10] = [
    "connection",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// A list of fields as one guest's handle shows it.
pub(in super::super) struct Fields {
    list: Arc<List>,
    /// It belongs to a request or an answer.
    fixed: bool,
}

struct List {
    /// Names in lower case.
    fields: Vec<(String, Vec<u8>)>,
    bytes: usize,
    hold: Hold,
}

type Outcome = std::result::Result<(), HeaderError>;
type This = Resource<Fields>;

impl Fields {
    pub(super) fn new(hold: Hold) -> Fields {
        Fields { list: Arc::new(List { fields: Vec::new(), bytes: 0, hold }), fixed: false }
    }

    /// The fields of a request that came in, or of an answer. What a guest may not see is left out,
    /// and so is what does not fit.
    pub(super) fn arrived(headers: Option<&Value>, hold: Hold) -> Fields {
        let mut fields = Fields::new(hold);
        if let Some(Value::Map(headers)) = headers {
            for (name, value) in headers {
                let _left_out = fields.append(name, value.shown().into_bytes());
            }
        }
        fields.view()
    }

    /// The same list, not to be changed.
    pub(super) fn view(&self) -> Fields {
        Fields { list: Arc::clone(&self.list), fixed: true }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.fields.is_empty()
    }

    /// What is promised of a body's length.
    pub(super) fn content_length(&self) -> Option<u64> {
        let value = self.values("content-length").next()?;
        std::str::from_utf8(value).ok()?.trim().parse().ok()
    }

    /// The list as a run's values have it: fields of one name are joined.
    pub(super) fn to_value(&self) -> Value {
        let mut map: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (name, value) in &self.list.fields {
            let joint: &[u8] = if name == "cookie" { b"; " } else { b", " };
            map.entry(name.clone())
                .and_modify(|all| all.extend(joint.iter().chain(value)))
                .or_insert_with(|| value.clone());
        }
        Value::Map(map.into_iter().map(|(name, value)| (name, Value::Str(value))).collect())
    }

    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Vec<u8>> + use<'a> {
        let name = name.to_ascii_lowercase();
        self.list.fields.iter().filter(move |field| field.0 == name).map(|field| &field.1)
    }

    /// The list to be changed, unless it is fixed.
    fn list(&mut self) -> std::result::Result<&mut List, HeaderError> {
        if self.fixed {
            return Err(HeaderError::Immutable);
        }
        Arc::get_mut(&mut self.list).ok_or(HeaderError::Immutable)
    }

    fn append(&mut self, name: &str, value: Vec<u8>) -> Outcome {
        let list = self.list()?;
        let name = checked(name)?;
        list.exchange(0, 0, &name, std::slice::from_ref(&value))?;
        list.fields.push((name, value));
        Ok(())
    }

    /// Replaces the values of a name; nothing is changed when one of them cannot be.
    fn set(&mut self, name: &str, values: Vec<Vec<u8>>) -> Outcome {
        let list = self.list()?;
        let name = checked(name)?;
        let old = list.fields.iter().filter(|field| field.0 == name);
        let (count, bytes) = old
            .fold((0, 0), |(count, bytes), (name, value)| (count + 1, bytes + size(name, value)));
        list.exchange(count, bytes, &name, &values)?;
        list.fields.retain(|field| field.0 != name);
        list.fields.extend(values.into_iter().map(|value| (name.clone(), value)));
        Ok(())
    }

    /// A copy of its own, to be changed.
    fn copy(&self, mut hold: Hold) -> std::result::Result<Fields, Full> {
        hold.grow(self.list.bytes)?;
        let list = List { fields: self.list.fields.clone(), bytes: self.list.bytes, hold };
        Ok(Fields { list: Arc::new(list), fixed: false })
    }
}

impl List {
    /// Makes room for values in the place of others, if they may stand here.
    fn exchange(&mut self, fields: usize, bytes: usize, name: &str, new: &[Vec<u8>]) -> Outcome {
        if !new.iter().all(|value| is_value(value)) {
            return Err(HeaderError::InvalidSyntax);
        }
        let new_bytes: usize = new.iter().map(|value| size(name, value)).sum();
        let all_bytes = self.bytes - bytes + new_bytes;
        if self.fields.len() - fields + new.len() > FIELDS_MAX || all_bytes > FIELDS_BYTES_MAX {
            return Err(HeaderError::Forbidden);
        }
        self.hold.grow(new_bytes).map_err(|_| HeaderError::Forbidden)?;
        self.hold.shrink(bytes);
        self.bytes = all_bytes;
        Ok(())
    }
}

/// Bytes that a field is counted as.
fn size(name: &str, value: &[u8]) -> usize {
    name.len() + value.len() + FIELD_BYTES
}

/// Whether bytes may be the value of a field: no end of line, no control character but the tab.
fn is_value(value: &[u8]) -> bool {
    value.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

/// A name in lower case, if a guest may set such a field.
fn checked(name: &str) -> std::result::Result<String, HeaderError> {
    if !is_token(name) {
        return Err(HeaderError::InvalidSyntax);
    }
    let name = name.to_ascii_lowercase();
    match FORBIDDEN.contains(&name.as_str()) {
        true => Err(HeaderError::Forbidden),
        false => Ok(name),
    }
}

/// Whether a word may be the name of a field or a method (RFC 9110, 5.6.2).
pub(super) fn is_token(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !word.is_empty() && word.bytes().all(is_part)
}

/// Offers the resource.
pub(super) fn link<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<Fields>("fields")?;
    types.func("[constructor]fields", |call, ()| {
        let fields = Fields::new(call.wasi().hold());
        Ok((call.push(fields)?,))
    })?;
    types.func("[static]fields.from-list", |call, (list,): (Vec<(String, Vec<u8>)>,)| {
        let mut fields = Fields::new(call.wasi().hold());
        for (name, value) in list {
            call.pay_items(1, name.len() + value.len())?;
            if let Err(why) = fields.append(&name, value) {
                return Ok((Err(why),));
            }
        }
        Ok((Ok(call.push(fields)?),))
    })?;
    types.func("[method]fields.clone", |call, (this,): (This,)| {
        let hold = call.wasi().hold();
        pay_look(call, &this, "")?;
        let copy = call.get(&this)?.copy(hold).map_err(|full| fault(full.text()))?;
        Ok((call.push(copy)?,))
    })?;
    link_reads(types)?;
    link_writes(types)
}

fn link_reads<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func("[method]fields.get", |call, (this, name): (This, String)| {
        pay_look(call, &this, &name)?;
        Ok((call.get(&this)?.values(&name).cloned().collect::<Vec<Vec<u8>>>(),))
    })?;
    types.func("[method]fields.has", |call, (this, name): (This, String)| {
        pay_look(call, &this, &name)?;
        Ok((call.get(&this)?.values(&name).next().is_some(),))
    })?;
    types.func("[method]fields.entries", |call, (this,): (This,)| {
        pay_look(call, &this, "")?;
        Ok((call.get(&this)?.list.fields.clone(),))
    })
}

fn link_writes<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func(
        "[method]fields.set",
        |call, (this, name, values): (This, String, Vec<Vec<u8>>)| {
            pay_look(call, &this, &name)?;
            call.pay_items(values.len(), values.iter().map(Vec::len).sum())?;
            Ok((call.get(&this)?.set(&name, values),))
        },
    )?;
    types.func("[method]fields.delete", |call, (this, name): (This, String)| {
        pay_look(call, &this, &name)?;
        Ok((call.get(&this)?.set(&name, Vec::new()),))
    })?;
    types.func("[method]fields.append", |call, (this, name, value): (This, String, Vec<u8>)| {
        call.pay_items(1, name.len() + value.len())?;
        Ok((call.get(&this)?.append(&name, value),))
    })
}

/// Takes gas for going through a list.
fn pay_look<T: Wasi>(call: &mut Call<'_, T>, this: &This, name: &str) -> Result<()> {
    let list = &call.get(this)?.list;
    let (count, bytes) = (list.fields.len(), list.bytes);
    call.pay_items(count, bytes + name.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::super::room::Room;
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::new(Room::new().hold());
        for (name, value) in pairs {
            fields.append(name, value.as_bytes().to_vec()).unwrap();
        }
        fields
    }

    // COMP-010
    #[test]
    fn names_and_values_are_those_of_http() {
        use HeaderError::{Forbidden, InvalidSyntax};
        for (name, value, expect) in [
            ("accept", "*/*", Ok(())),
            ("X-Any.Thing_1~", "", Ok(())),
            ("a", "tab\t and \u{e9}", Ok(())),
            ("", "a", Err(InvalidSyntax)),
            ("a b", "a", Err(InvalidSyntax)),
            ("a:", "a", Err(InvalidSyntax)),
            ("a\r\nb", "a", Err(InvalidSyntax)),
            ("\u{e9}", "a", Err(InvalidSyntax)),
            ("a", "a\r\nb: c", Err(InvalidSyntax)),
            ("a", "\0", Err(InvalidSyntax)),
            ("a", "\u{7f}", Err(InvalidSyntax)),
            ("Host", "elsewhere.example", Err(Forbidden)),
            ("TRANSFER-ENCODING", "chunked", Err(Forbidden)),
            ("connection", "close", Err(Forbidden)),
        ] {
            let mut all = fields(&[("b", "1")]);
            assert_eq!(all.append(name, value.as_bytes().to_vec()), expect, "{name:?}: {value:?}");
            assert_eq!(all.set(name, vec![value.as_bytes().to_vec()]), expect, "{name:?}");
            assert_eq!(all.values("b").count(), 1);
        }
    }

    #[test]
    fn names_have_no_case_and_many_values() {
        let mut all = fields(&[("A", "1"), ("b", "2"), ("a", "3")]);
        assert_eq!(all.values("a").collect::<Vec<_>>(), [b"1", b"3"]);
        assert_eq!(all.to_value(), Value::map([("a", "1, 3".into()), ("b", Value::text("2"))]));
        all.set("a", vec![b"4".to_vec()]).unwrap();
        assert_eq!(all.to_value(), Value::map([("a", "4".into()), ("b", Value::text("2"))]));
        all.set("A", Vec::new()).unwrap();
        assert_eq!(all.values("a").count(), 0);
        let cookies = fields(&[("cookie", "a=1"), ("cookie", "b=2")]);
        assert_eq!(cookies.to_value(), Value::map([("cookie", "a=1; b=2".into())]));
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut all = fields(&[("a", "1")]);
        let large = vec![b'x'; FIELDS_BYTES_MAX];
        assert_eq!(all.append("b", large.clone()), Err(HeaderError::Forbidden));
        assert_eq!(all.set("a", vec![b"2".to_vec(), large]), Err(HeaderError::Forbidden));
        assert_eq!(all.set("a", vec![Vec::new(); FIELDS_MAX + 1]), Err(HeaderError::Forbidden));
        assert_eq!(
            all.set("a", vec![b"2".to_vec(), b"\n".to_vec()]),
            Err(HeaderError::InvalidSyntax)
        );
        assert_eq!(all.to_value(), Value::map([("a", "1".into())]));
        assert_eq!(all.set("a", vec![Vec::new(); FIELDS_MAX]), Ok(()));
    }

    #[test]
    fn what_belongs_to_a_request_is_fixed() {
        let mut all = fields(&[("a", "1")]);
        let mut view = all.view();
        assert_eq!(view.append("b", Vec::new()), Err(HeaderError::Immutable));
        assert_eq!(view.set("a", Vec::new()), Err(HeaderError::Immutable));
        // As long as a view is about, it and its list stay the same.
        assert_eq!(all.append("b", Vec::new()), Err(HeaderError::Immutable));
        let mut copy = view.copy(Room::new().hold()).unwrap();
        assert_eq!(copy.append("b", Vec::new()), Ok(()));
    }
}
