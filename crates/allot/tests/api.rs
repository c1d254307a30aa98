//! The API is as `docs/openapi.json` says: each route is in it and nothing else, requests are taken
//! and refused as described, and what a running group answers fits the schemas.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod openapi;
mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openapi::OpenApi;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use support::Served;

#[test]
fn every_route_is_described_and_nothing_else() {
    let described = OpenApi::read();
    let mut from_document: BTreeSet<_> = BTreeSet::new();
    for (method, path, operation) in described.operations() {
        let in_path: BTreeSet<String> = path
            .split('/')
            .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}').map(str::to_owned))
            .collect();
        assert_eq!(described.parameters(operation, "path"), in_path, "{method} {path}");
        from_document.insert((method, path, described.parameters(operation, "query")));
    }
    let from_code: BTreeSet<_> = doors::api::ROUTES
        .iter()
        .map(|route| {
            let query: BTreeSet<String> = route.query.iter().map(|it| (*it).to_owned()).collect();
            (route.method.to_owned(), route.path.to_owned(), query)
        })
        .collect();
    assert_eq!(from_code, from_document);
    assert_eq!(from_code.len(), doors::api::ROUTES.len(), "a route is there twice");
}

/// A group that is asked, and whose every answer is held against the document.
struct Asked {
    served: Served,
    described: OpenApi,
    token: RefCell<Option<String>>,
    /// Operations that were answered well.
    went_well: RefCell<BTreeSet<(String, String)>>,
}

impl Asked {
    fn start() -> Asked {
        let served = Served::start(&[]);
        let token = RefCell::new(Some(served.token().to_owned()));
        Asked { served, described: OpenApi::read(), token, went_well: RefCell::default() }
    }

    /// Asks, and answers with status and body. `path` is as in the document, `app` is `owner/app`.
    fn ask(&self, method: &str, path: &str, app: &str, query: &str, body: &[u8]) -> (u16, Value) {
        let (owner, name) = app.split_once('/').unwrap_or_default();
        let filled = path.replace("{owner}", owner).replace("{app}", name);
        let url = format!("{}{filled}{query}", self.served.url);
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(token) = &*self.token.borrow() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.run(request.body(body).unwrap()).unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = response.body_mut().read_to_vec().unwrap();
        let template = path.replace("/none-such-id", "/{id}");
        let answers = &self.described.operation(method, &template)["responses"];
        let answer = self.described.follow(&answers[status.to_string()]);
        let what = format!("{method} {url}: {status} {}", String::from_utf8_lossy(&bytes));
        assert!(answer.is_object(), "this status is not described: {what}");
        let described = &answer["content"][&kind];
        assert!(described.is_object(), "{kind} is not described: {what}");
        if status < 400 {
            self.went_well.borrow_mut().insert((method.to_owned(), template));
        }
        if kind != "application/json" {
            return (status, Value::Null);
        }
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let faults = self.described.faults(&described["schema"], &json, "");
        assert!(faults.is_empty(), "{faults:#?}\n{what}");
        (status, json)
    }

    fn well(&self, method: &str, path: &str, app: &str, query: &str, body: Value) -> Value {
        let body = if body.is_null() { vec![] } else { body.to_string().into_bytes() };
        let (status, json) = self.ask(method, path, app, query, &body);
        assert_eq!(status, 200, "{method} {path}{query}: {json}");
        json
    }
}

const APP: &str = "/api/apps/{owner}/{app}";

fn at(rest: &str) -> String {
    format!("{APP}{rest}")
}

fn files(main: &str) -> Value {
    let toml = "name = \"poll\"\nshare = \"public\"\n[[want]]\nverb = \"git.write\"\nobject = \"settings.repo\"\nwhy = \"To keep it.\"\n";
    json!({ "allotment.toml": STANDARD.encode(toml), "main.lua": STANDARD.encode(main) })
}

const MAIN: &str = r#"
settings{ repo = { "Repository", kind = "git", default = "https://git.example/r" } }
function view(ctx)
  print("looked")
  return ui.page{ "Poll", ui.text(ctx.path),
    ui.button{ "Nothing", on = "nothing" }, ui.button{ "Toast", on = "toast" },
    ui.button{ "Go", on = "go" }, ui.button{ "Page", on = "page" },
    ui.button{ "Faulty", on = "faulty" }, ui.button{ "Stop", on = "stop" },
    ui.button{ "Push", on = "push" },
    ui.form{ on = "form", submit = "Send", ui.input{ "Your name", name = "name" } } }
end
function on.nothing() store.add("n") end
function on.toast() return ui.toast"Saved" end
function on.go() return ui.go"?tab=b" end
function on.page() return ui.page{ "Once" } end
function on.faulty() return 7 end
function on.stop() error("no") end
function on.form(ctx, args) return ui.errors{ name = "Not " .. args.name .. " in " .. ctx.path .. ctx.query.y } end
function on.push() git.commit(settings.repo, { ["a.txt"] = "a" }, "saved") end
"#;

#[test]
fn real_answers_are_as_described() {
    let asked = Asked::start();
    let app = "@ana/poll";
    asked.well("GET", "/api/health", "", "", Value::Null);
    asked.well("GET", "/api/me", "", "", Value::Null);
    asked.well("POST", "/api/apps", "", "", json!({ "name": "poll", "files": files("function") }));
    let checked = asked.well("POST", &at("/check"), app, "", Value::Null);
    assert_eq!(checked["errors"].as_array().unwrap().len(), 1);
    asked.well("PUT", &at("/draft"), app, "", json!({ "files": files(MAIN), "revision": 1 }));
    let checked = asked.well("POST", &at("/check"), app, "", Value::Null);
    assert_eq!(checked["settings"][0]["kind"], "git");
    asked.well("POST", &at("/publish"), app, "", json!({ "note": "first" }));
    asked.well("GET", APP, app, "", Value::Null);
    asked.well("GET", &at("/files"), app, "?draft=true", Value::Null);
    asked.well("GET", &at("/settings"), app, "", Value::Null);
    asked.well("PUT", &at("/settings"), app, "", json!({ "repo": "https://git.example/other" }));
    let grant = json!({ "verb": "git.write", "object": "https://git.example/other", "setting": "repo", "token": "t" });
    let grant = asked.well("POST", &at("/grants"), app, "", grant);
    let grants = asked.well("GET", &at("/grants"), app, "", Value::Null);
    assert_eq!(grants["wants"][0]["granted"], json!(true));
    runs(&asked, app);
    asked.well("POST", &at("/fork"), app, "", json!({ "name": "copy" }));
    assert_eq!(
        asked.well("GET", "/api/apps", "", "", Value::Null)["apps"].as_array().unwrap().len(),
        1
    );
    let mine = asked.well("GET", "/api/apps", "", "?mine=true&search=x", Value::Null);
    assert_eq!(mine["apps"][1]["fork_of"], app);
    forks(&asked, app);
    let id = grant["id"].as_str().unwrap();
    let path = at("/grants/{id}");
    let taken = asked.described.operation("DELETE", &path)["responses"]["200"].clone();
    let back = asked.well_at("DELETE", &path, &format!("{app}/grants/{id}"));
    assert!(
        asked
            .described
            .faults(&taken["content"]["application/json"]["schema"], &back, "")
            .is_empty()
    );
    asked.well("GET", &at("/export"), app, "", Value::Null);
    let file = asked.bytes(&format!("/api/apps/{app}/export"));
    let (status, imported) = asked.ask("POST", "/api/import", "", "?name=again", &file);
    assert_eq!((status, &imported["rows"]), (200, &json!(1)), "{imported}");
    asked.well("DELETE", APP, app, "", Value::Null);
    let all: BTreeSet<_> =
        asked.described.operations().into_iter().map(|(method, path, _)| (method, path)).collect();
    assert_eq!(*asked.went_well.borrow(), all, "each operation was asked");
}

/// What is new in the original is taken; what the fork changes is suggested back.
fn forks(asked: &Asked, app: &str) {
    let copy = "@ana/copy";
    assert_eq!(asked.well("GET", &at("/newer"), copy, "", Value::Null)["releases"], json!([]));
    let change = |app: &str, main: &str| {
        let mut files = files(main);
        let name = app.split_once('/').unwrap().1;
        let toml = STANDARD.decode(files["allotment.toml"].as_str().unwrap()).unwrap();
        let toml = String::from_utf8(toml).unwrap().replace("\"poll\"", &format!("\"{name}\""));
        files["allotment.toml"] = json!(STANDARD.encode(toml));
        asked.well("PUT", &at("/draft"), app, "", json!({ "files": files }));
    };
    change(app, &format!("{MAIN}-- second\n"));
    let text = asked.well("GET", &at("/difference"), app, "", Value::Null);
    assert!(text["text"].as_str().unwrap().contains("+-- second"), "{text}");
    asked.well("POST", &at("/publish"), app, "", json!({ "note": "second" }));
    let newer = asked.well("GET", &at("/newer"), copy, "", Value::Null);
    assert_eq!((&newer["from"], &newer["releases"][0]["number"]), (&json!(1), &json!(2)));
    change(copy, &format!("{MAIN}-- mine\n"));
    asked.well("POST", &at("/back"), app, "", json!({ "release": 2 }));
    asked.well("POST", &at("/rehearse"), app, "", Value::Null);
    asked.well("POST", &at("/follow"), copy, "", json!({ "on": true }));
    let take = json!({ "release": 2 });
    let (status, _) = asked.ask("POST", &at("/take"), copy, "", take.to_string().as_bytes());
    assert_eq!(status, 409, "both changed the end");
    let taken = asked.well("POST", &at("/take"), copy, "", json!({ "release": 2, "how": "mine" }));
    assert_eq!(taken["conflicts"], json!(["main.lua"]));
    asked.well("GET", &at("/difference"), copy, "?from=original&to=draft", Value::Null);
    for (answer, became) in [("withdraw", "withdrawn"), ("decline", "declined"), ("take", "taken")]
    {
        asked.well("POST", &at("/suggest"), copy, "", json!({ "note": "Take mine" }));
        let all = asked.well("GET", &at("/suggestions"), app, "", Value::Null);
        let id = &all["suggestions"][0]["id"];
        let body = json!({ "suggestion": id, "answer": answer, "word": "So be it" });
        let answered = asked.well("POST", &at("/suggestions"), app, "", body);
        assert_eq!(answered["became"], became);
    }
}

/// Looks, presses and runs.
fn runs(asked: &Asked, app: &str) {
    let looked = asked.well("GET", &at("/view"), app, "?path=/list/3?tab=b", Value::Null);
    assert_eq!(
        (&looked["view"]["view"]["type"], &looked["printed"][0]),
        (&json!("page"), &json!("looked"))
    );
    for (label, kind) in [
        ("Nothing", Value::Null),
        ("Toast", json!("toast")),
        ("Go", json!("go")),
        ("Page", json!("page")),
        ("Faulty", json!("faulty")),
        ("Stop", Value::Null),
        ("Push", Value::Null),
    ] {
        let pressed = asked.well("POST", &at("/press"), app, "", json!({ "label": label }));
        assert_eq!(pressed["answer"]["kind"], kind, "{label}: {pressed}");
    }
    let body = json!({ "label": "Send", "fields": { "Your name": "Ben" }, "path": "/x?y=z" });
    let pressed = asked.well("POST", &at("/press"), app, "", body);
    assert_eq!(pressed["answer"]["errors"]["name"], "Not Ben in /xz");
    let ran = asked.well("POST", &at("/run"), app, "", json!({ "handler": "on.nothing" }));
    assert_eq!(ran["ending"], "done");
    let log = asked.well("GET", &at("/log"), app, "", Value::Null);
    let first = log["log"][0]["run"].as_str().unwrap();
    let rest = asked.well("GET", &at("/log"), app, &format!("?after={first}"), Value::Null);
    assert_eq!(rest["log"].as_array().unwrap().len(), log["log"].as_array().unwrap().len() - 1);
    let receipts = asked.well("GET", &at("/receipts"), app, "", Value::Null);
    assert!(receipts["receipts"].as_array().unwrap().len() > 2);
    let effects = asked.well("GET", &at("/effects"), app, "", Value::Null);
    assert_eq!(effects["effects"].as_array().unwrap().len(), 1);
}

impl Asked {
    /// Asks an address whose last step is an id.
    fn well_at(&self, method: &str, template: &str, rest: &str) -> Value {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/apps/{rest}", self.served.url));
        if let Some(token) = &*self.token.borrow() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let json = ureq::run(request.body(()).unwrap()).unwrap().body_mut().read_json().unwrap();
        self.went_well.borrow_mut().insert((method.to_owned(), template.to_owned()));
        json
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        let token = format!("Bearer {}", self.served.token());
        let request = ureq::get(format!("{}{path}", self.served.url));
        request.header("authorization", token).call().unwrap().body_mut().read_to_vec().unwrap()
    }

    /// Whether the body could be read as what the operation takes.
    fn takes(&self, method: &str, path: &str, body: &Value) -> bool {
        let (_, json) = self.ask(method, path, "@ana/none", "", body.to_string().as_bytes());
        let said = json["error"]["message"].as_str().unwrap_or_default();
        !said.starts_with("The body cannot be taken")
    }
}

#[test]
fn bodies_are_taken_as_described() {
    let asked = Asked::start();
    let described = OpenApi::read();
    let mut tried = 0;
    for (method, path, operation) in described.operations() {
        let body = &operation["requestBody"]["content"]["application/json"];
        let Some(example) = body["example"].as_object() else { continue };
        let what = format!("{method} {path}");
        assert!(described.faults(&body["schema"], &json!(example), "").is_empty(), "{what}");
        assert!(asked.takes(&method, &path, &json!(example)), "{what}: the example");
        assert!(!asked.takes(&method, &path, &json!([example])), "{what}: a list");
        tried += 1;
        let Some(properties) = body["schema"]["properties"].as_object() else { continue };
        let required: Vec<&str> = body["schema"]["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let listed: BTreeSet<&String> = properties.keys().collect();
        assert_eq!(listed, example.keys().collect(), "{what}: an example shows all there is");
        let with = |name: &str, value: Option<Value>| {
            let mut body = example.clone();
            match value {
                Some(value) => drop(body.insert(name.to_owned(), value)),
                None => drop(body.remove(name)),
            }
            asked.takes(&method, &path, &json!(body))
        };
        assert!(!with("nobody", Some(json!(1))), "{what}: an unknown field");
        for name in properties.keys() {
            assert_eq!(with(name, None), !required.contains(&name.as_str()), "{what}: no {name}");
            assert!(!with(name, Some(json!([[7]]))), "{what}: {name} of another kind");
        }
    }
    assert_eq!(tried, 13, "a body has no example");
}

#[test]
fn queries_are_taken_as_described() {
    let asked = Asked::start();
    let described = OpenApi::read();
    for (method, path, operation) in described.operations() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = described.follow(parameter);
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let refused = |query: &str| {
                let (_, json) = asked.ask(&method, &path, "@ana/none", query, b"");
                json["error"]["message"].as_str().unwrap_or_default().contains("The query cannot")
            };
            let is_truth = parameter["schema"]["type"] == "boolean";
            assert!(!refused(&format!("?{name}=true")), "{method} {path}: {name}");
            assert_eq!(refused(&format!("?{name}=perhaps")), is_truth, "{method} {path}: {name}");
            assert!(refused("?nobody=1"), "{method} {path}: an unknown one");
        }
    }
}

#[test]
fn every_refusal_has_one_shape() {
    let asked = Asked::start();
    asked.well("POST", "/api/apps", "", "", json!({ "name": "poll", "files": files(MAIN) }));
    let read_only = asked.served.new_token(&["--read-only"]);
    let large = vec![b' '; (34 << 20) * 3 / 2 + 1];
    let grants = at("/grants/none-such-id");
    let ana = Some(asked.served.token());
    for (token, method, path, app, body, status, kind) in [
        (None, "GET", "/api/me", "", &b""[..], 401, "sign_in"),
        (Some("allot_wrong"), "GET", "/api/me", "", b"", 401, "sign_in"),
        (Some("two\tparts"), "GET", "/api/health", "", b"", 200, ""),
        (Some(&read_only), "POST", &at("/check"), "@ana/poll", b"", 403, "forbidden"),
        (None, "GET", APP, "@ana/poll", b"", 404, "not_found"),
        (ana, "GET", APP, "@ana/none", b"", 404, "not_found"),
        (ana, "GET", APP, "@ana/..%2fx", b"", 422, "invalid"),
        (ana, "GET", APP, "@ana/%ff", b"", 422, "invalid"),
        (ana, "DELETE", &grants, "@ana/poll", b"", 404, "not_found"),
        (ana, "POST", "/api/apps", "", b"{", 422, "invalid"),
        (ana, "POST", "/api/apps", "", &large, 413, "too_large"),
        (
            ana,
            "POST",
            &at("/press"),
            "@ana/poll",
            &large[..(10 << 20) * 3 / 2 + 1],
            413,
            "too_large",
        ),
        (None, "POST", "/api/apps", "", b"{", 401, "sign_in"),
        (ana, "POST", "/api/import", "", b"no zip", 422, "invalid"),
    ] {
        asked.token.replace(token.map(str::to_owned));
        let (found, json) = asked.ask(method, path, app, "", body);
        assert_eq!(found, status, "{method} {path} {app}: {json}");
        assert_eq!(json["error"]["kind"].as_str().unwrap_or_default(), kind, "{json}");
    }
    let taken = files(MAIN);
    asked.token.replace(Some(asked.served.token().to_owned()));
    for (body, status) in [
        (json!({ "name": "poll", "files": taken }), 409),
        (json!({ "name": "x!", "files": taken }), 422),
        (json!({ "name": "x1", "files": { "../x": "" } }), 422),
        (json!({ "name": "x1", "files": { "main.lua": "?" } }), 422),
    ] {
        let (found, json) = asked.ask("POST", "/api/apps", "", "", body.to_string().as_bytes());
        assert_eq!(found, status, "{json}");
    }
    let error = json!({ "$ref": "#/components/schemas/Error" });
    for (method, path, status) in [
        ("PATCH", "/api/me", 405),
        ("GET", "/api/apps/@ana/poll/draft", 405),
        ("GET", "/api/none", 404),
        ("POST", "/api/apps/@ana", 404),
    ] {
        let request = ureq::http::Request::builder().method(method);
        let request = request.uri(format!("{}{path}", asked.served.url)).body(()).unwrap();
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.run(request).unwrap();
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        let json: Value = response.body_mut().read_json().unwrap();
        assert!(asked.described.faults(&error, &json, "").is_empty(), "{method} {path}: {json}");
    }
}
