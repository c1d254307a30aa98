//! Hostile HTML as a table: whatever goes in, what comes out is well formed and cannot run.
//! `ALLOT_TABLES=DIR` runs the full table of that folder as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod strict;

use std::path::PathBuf;

/// Our own cases: the tricks that the full table varies.
const CASES: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<a href=\"jav&#x0A;ascript:alert(1)\">x</a>",
    "<a href=\"java\0script:alert(1)\">x</a>",
    "<a href=\"\u{1}javascript:alert(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
    "<a href=//evil.example>x</a>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><input type=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=x.swf></object><embed src=x.swf>",
    "<video><source onerror=alert(1)></video>",
    "<p id=main class=btn name=body>x</p>",
    "<a id=location name=cookie>x</a>",
    "<xss contenteditable onblur=alert(1)>x</xss>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><b>x",
    "<plaintext><script>alert(1)",
    "<select><option><script>alert(1)</script></select>",
    "<table><tr><td><form></table><input>",
];

fn check(name: &str, html: &str) {
    for clean in [ui::sanitise(html), ui::markdown(html)] {
        assert!(ui::Clean::read(&clean).is_some(), "{name}: a page would not take\n{clean}");
        // The serialiser may leave > in text; everything else the strict reader wants holds.
        let elements = strict::read(&clean).unwrap_or_else(|why| panic!("{name}: {why}\n{clean}"));
        for element in elements {
            let attributes = &element.attributes;
            let ours = "a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure \
                h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td \
                tfoot th thead time tr u ul var";
            assert!(
                ours.split_whitespace().any(|tag| tag == element.name),
                "{name}: <{}>",
                element.name
            );
            for (key, value) in attributes {
                let fine = match key.as_str() {
                    "href" | "src" => ui::address::parse(&value.replace("&amp;", "&")).is_some(),
                    "title" | "datetime" | "colspan" | "rowspan" | "scope" | "lang" | "dir"
                    | "alt" | "open" | "rel" => true,
                    _ => false,
                };
                assert!(fine, "{name}: {key}={value}");
            }
        }
    }
}

#[test]
fn nothing_that_could_run_comes_out() {
    for html in CASES {
        check(html, html);
    }
}

#[test]
fn the_full_table_if_it_is_there() {
    let Some(folder) = std::env::var_os("ALLOT_TABLES").map(PathBuf::from) else {
        return;
    };
    let table =
        std::fs::read_to_string(folder.join("html_corpus.jsonl")).expect("html_corpus.jsonl");
    let mut count = 0;
    for line in table.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        check(row["id"].as_str().expect("id"), row["payload"].as_str().expect("payload"));
        count += 1;
    }
    println!("html_corpus: {count} of {count} rows came out clean");
    assert!(count > 1000, "{count}");
}
