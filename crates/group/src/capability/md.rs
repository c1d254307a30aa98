//! `md`: Markdown as HTML, which the crate `ui` writes and cleans.

use super::args::{Answer, Args};
use super::bounds::{self, HTML_BYTES_MAX};
use super::{Call, Capability, Needs};
use model::gas::Price;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[Capability {
    name: "md.html",
    signature: "fun(markdown: string): string",
    doc: "Markdown as clean HTML, for feeds and letters; in a page `ui.markdown` does the same. HTML in it is shown as text. At most 256 KiB.",
    example: r#"
assert(md.html("**hi**") == "<p><strong>hi</strong></p>\n")"#,
    price: Price { call: 40_000, byte_in: 1_100, byte_out: 1 },
    needs: Needs::Nothing,
    call: Call::Given(|_, args| html(args)),
}];

fn html(args: &mut Args) -> Answer {
    let text = args.text(0, "markdown")?;
    bounds::fits_in("md.html", text.len(), HTML_BYTES_MAX)?;
    Ok(ui::markdown(&text).into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;
    use model::Value;

    #[test]
    fn markdown_becomes_clean_html() {
        for (text, expect) in [
            ("# A\n\n- b\n", "<li>b</li>"),
            ("[x](javascript:alert(1))", "<p>"),
            ("<script>x</script>", "&lt;script&gt;"),
        ] {
            let html = ask("", html, [text.into()]).unwrap().shown();
            assert!(html.contains(expect) && !html.contains("javascript:"), "{text}: {html}");
        }
    }

    #[test]
    fn wrong_arguments_are_named() {
        let large = Value::from(" ".repeat(HTML_BYTES_MAX + 1));
        for (values, expect) in [
            (vec![], "argument 1 (markdown) should be a string, got nil"),
            (vec![large], "longer than 256 KiB"),
        ] {
            let said = ask("md.html", html, values).unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&html]);
    }
}
