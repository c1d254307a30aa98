//! Bent HTML and Markdown: what comes out is well formed, and holds nothing that could run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../testkit/src/mutate.rs"]
#[allow(
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "it is a module of testkit, and has a clock"
)]
mod mutate;
mod strict;

use mutate::fuzz;

const SOUND: &[&str] = &[
    "<h2>A</h2><p>Some <b>bold</b> <a href='https://x.example/' title=\"a > b\">text</a></p><ul><li>a<li>b</ul>",
    "<table><tr><td>1<td colspan=2>2<tr><th>3</table><img src=files/cat.png alt=cat><details open><summary>s</details>",
    "*a* **b** [c](https://x.example/)\n\n- d\n- e\n\n|f|\n|-|\n|g|\n\n```\nh\n```\n",
];
const WORDS: &[&str] = &[
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<title>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<noscript>",
    "<template>",
    "<form>",
    "<select>",
    "<table>",
    "<td>",
    "<a href=",
    "javascript:x()",
    "<img src=x onerror=x()>",
    " onclick=x() ",
    "<p title=\"",
    "&#106;",
    "&lt;",
    "\0",
    "<foreignObject>",
    "<mglyph>",
    "<b>",
    "</b>",
    "<div>",
    "](javascript:x())",
    "`",
];

#[test]
fn bent_html_comes_out_harmless() {
    let sound: Vec<Vec<u8>> = SOUND.iter().map(|it| it.as_bytes().to_vec()).collect();
    fuzz(&sound, WORDS, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut seen = 0_u64;
        for clean in [ui::sanitise(&text), ui::markdown(&text)] {
            let elements = strict::read(&clean).unwrap_or_else(|why| panic!("{why}\n{clean}"));
            for element in &elements {
                let name = element.name.as_str();
                assert!(
                    !matches!(name, "script" | "style" | "svg" | "math" | "form" | "iframe"),
                    "{clean}"
                );
                for (key, value) in &element.attributes {
                    assert!(!key.starts_with("on") && key != "style" && key != "id", "{clean}");
                    assert!(!value.trim().to_lowercase().starts_with("javascript"), "{clean}");
                }
                seen = seen.rotate_left(5) ^ name.len() as u64;
            }
        }
        seen
    });
}
