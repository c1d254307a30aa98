//! Every page, with kind data and with hostile data: well formed, labelled, one heading, and each
//! form leads to a route.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample;
mod strict;

use ui::routes;

/// What careless drawing would let through.
const HOSTILE: &[&str] = &[
    "<script>x()</script>",
    "\" onload=\"x()\" x=\"",
    "' onload='x()",
    "</title></textarea></pre><img src=x onerror=x()>",
    "&lt;script&gt;&#60;",
    "{{7*7}}\u{202e}\u{0}",
    "",
];

#[test]
fn every_page_keeps_the_rules() {
    for page in sample::pages(&str::to_owned) {
        println!("{}", page.name);
        let elements = strict::page(&page.html);
        // Whatever is not closed within the page's own words would be a slip of ours.
        assert!(elements.len() > 15, "{} is nearly empty", page.name);
    }
}

#[test]
fn no_text_of_others_becomes_a_page() {
    for hostile in HOSTILE {
        for page in sample::pages(&|text| format!("{hostile}{text}{hostile}")) {
            println!("{} {hostile}", page.name);
            strict::page(&page.html);
        }
        for page in sample::pages(&|_| (*hostile).to_owned()) {
            println!("{} {hostile}", page.name);
            strict::read(&page.html).unwrap();
        }
    }
}

#[test]
fn every_form_and_link_of_ours_has_a_route() {
    for page in sample::pages(&str::to_owned) {
        let elements = strict::page(&page.html);
        let mut form: Option<&routes::Route> = None;
        for element in &elements {
            let address = |key: &str| element.get(key).unwrap_or("").to_owned();
            match element.name.as_str() {
                "form" => {
                    let method = address("method").to_uppercase();
                    form = routes::find(&method, &address("action"));
                    assert!(form.is_some(), "{}: {method} {}", page.name, address("action"));
                }
                "a" if address("href").starts_with('/') => {
                    let href = address("href").replace("&amp;", "&");
                    assert!(routes::find("GET", &href).is_some(), "{}: {href}", page.name);
                }
                "button" if element.get("formaction").is_some() => {
                    let to = routes::find("POST", &address("formaction")).expect("a route");
                    assert_eq!(to.fields, form.unwrap().fields, "{}", to.path);
                }
                _ => {}
            }
            let inside = element.around.iter().any(|name| name == "form");
            if let (Some(name), Some(route), true) = (element.get("name"), form, inside)
                && !route.path.ends_with("/act")
                && element.name != "meta"
            {
                let known = route.fields.iter().any(|field| match field.strip_suffix("NAME") {
                    Some(start) => name.starts_with(start),
                    None => *field == name,
                });
                assert!(known, "{}: {} has no field {name}", page.name, route.path);
            }
        }
    }
}

#[test]
fn passwords_and_tokens_are_never_written_back() {
    for page in sample::pages(&str::to_owned) {
        for element in strict::page(&page.html) {
            if element.get("type") == Some("password") {
                assert_eq!(element.get("value"), None, "{}", page.name);
                assert!(element.get("autocomplete").is_some(), "{}: {element:?}", page.name);
            }
        }
    }
}

#[test]
fn every_asset_of_a_page_is_there_and_small() {
    for page in sample::pages(&str::to_owned) {
        for element in strict::page(&page.html) {
            let named = ["href", "src"].iter().filter_map(|key| element.get(key));
            for address in named.filter(|address| address.starts_with("/assets/")) {
                let path = address.split('?').next().unwrap();
                let asset = ui::assets::find(path).unwrap_or_else(|| panic!("no {path}"));
                assert!(!asset.bytes.is_empty(), "{path} is empty");
                assert_eq!(asset.address(), address, "{}", page.name);
            }
        }
    }
    let all: usize = ui::assets::ASSETS.iter().map(|asset| asset.bytes.len()).sum();
    assert!(all < 1 << 20, "{all} bytes of assets");
}

#[test]
fn the_style_is_small_and_asks_for_nothing() {
    assert!(!ui::STYLE.is_empty() && ui::STYLE.len() < 30 * 1024, "{}", ui::STYLE.len());
    for asked in ["@import", "url(", "http:", "https:", "expression("] {
        assert!(!ui::STYLE.contains(asked), "{asked}");
    }
    for needed in [
        "color-scheme: light dark",
        "light-dark(",
        "prefers-reduced-motion",
        "prefers-contrast",
        ":focus-visible",
    ] {
        assert!(ui::STYLE.contains(needed), "{needed}");
    }
}
