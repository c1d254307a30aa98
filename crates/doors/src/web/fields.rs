//! The fields of a query or a form, in the order they came; a name may come more than once.

use std::collections::BTreeMap;
use url::form_urlencoded;

/// Fields of a query or a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields that were read already.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Fields {
        Fields(pairs)
    }

    /// Reads `a=1&b=2`.
    pub(super) fn read(bytes: &[u8]) -> Fields {
        let pairs = form_urlencoded::parse(bytes);
        // Browsers end lines of a text field with CR LF; files of ours end them with LF.
        Fields(
            pairs.map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect(),
        )
    }

    /// The first field of a name; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.some(name).unwrap_or("")
    }

    /// The first field of a name.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The first field of a name, if it says something.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.some(name).filter(|value| !value.is_empty())
    }

    /// All fields of a name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value.clone()).collect()
    }

    /// The fields whose name begins so, under the rest of their name.
    pub(super) fn under(&self, prefix: &str) -> BTreeMap<String, String> {
        let rest = |(name, value): &(String, String)| {
            Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
        };
        self.0.iter().filter_map(rest).collect()
    }

    /// All fields but the group's own, which begin with `_`. Of several with one name, all of
    /// them, one a line: that is how an app sees a choice of many.
    pub(super) fn of_the_app(&self) -> BTreeMap<String, String> {
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in self.0.iter().filter(|(name, _)| !name.starts_with('_')) {
            fields
                .entry(name.clone())
                .and_modify(|all| *all += &format!("\n{value}"))
                .or_insert_with(|| value.clone());
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let fields =
            Fields::read(b"name=J%C3%B6rg&many=a&many=b&_a=x&text=one%0D%0Atwo&set.feed=u");
        assert_eq!(fields.get("name"), "Jörg");
        assert_eq!(fields.get("none"), "");
        assert_eq!(fields.get("text"), "one\ntwo");
        assert_eq!(fields.all("many"), ["a", "b"]);
        assert_eq!(fields.under("set.").get("feed").map(String::as_str), Some("u"));
        assert_eq!(fields.of_the_app().get("many").map(String::as_str), Some("a\nb"));
        assert!(!fields.of_the_app().contains_key("_a"));
    }
}
