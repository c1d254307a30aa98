//! Counts words: a form takes a text, and the page shows the ten most frequent.

wit_bindgen::generate!({ path: "wit", world: "app" });

use allotment::app::store::{self, Range};
use allotment::app::types::{Declaration, Press, Refusal};
use serde_json::{Value, json};

struct Words;

export!(Words);

impl Guest for Words {
    fn run(trigger: Trigger, _context: Context) -> Result<Answer, Failure> {
        match trigger {
            Trigger::Declare => Ok(Answer::Declaration(Declaration {
                settings: "{}".into(),
                actions: vec!["add".into()],
                schedules: vec![],
                answers: vec!["view".into()],
            })),
            Trigger::View => view().map(|view| Answer::View(view.to_string())).map_err(failure),
            Trigger::Action(press) if press.name == "add" => {
                add(&press).map(|answer| Answer::Value(answer.to_string())).map_err(failure)
            }
            _ => Err(Failure::Stopped("words: nothing here answers that".into())),
        }
    }
}

fn failure(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Error(text) => Failure::Stopped(text),
        Refusal::NotGranted(text) => Failure::Refused(text),
    }
}

/// The number under a key, or 0.
fn number(json: &str) -> u64 {
    json.parse::<f64>().map_or(0, |number| number as u64)
}

fn view() -> Result<Value, Refusal> {
    let total = store::get("total")?.map_or(0, |json| number(&json));
    let range = Range { prefix: "word/".into(), after: None, limit: None, reverse: false };
    let mut words: Vec<(String, u64)> = store::list(&range)?
        .into_iter()
        .map(|entry| (entry.key["word/".len()..].to_owned(), number(&entry.value)))
        .collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rows: Vec<Value> =
        words.iter().take(10).map(|(word, times)| json!({ "word": word, "times": times })).collect();
    Ok(json!({ "type": "page", "title": "Words", "body": [
        { "type": "form", "on": "add", "submit": "Count", "body": [
            { "type": "input", "label": "Text", "name": "text", "rows": 4, "max_length": 4000 } ] },
        { "type": "stat", "label": "Words so far", "value": total.to_string() },
        { "type": "table", "caption": "The ten most frequent", "rows": rows, "columns": [
            { "key": "word", "label": "Word" },
            { "key": "times", "label": "Times", "kind": "number" } ] },
    ] }))
}

fn add(press: &Press) -> Result<Value, Refusal> {
    let args: Value = serde_json::from_str(&press.args).unwrap_or_default();
    let text = args["text"].as_str().unwrap_or_default().to_ascii_lowercase();
    // In the order in which they came, and each written once.
    let mut counts: Vec<(&str, u32)> = Vec::new();
    let mut total = 0;
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        total += 1;
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, times)) => *times += 1,
            None => counts.push((word, 1)),
        }
    }
    if total == 0 {
        return Ok(json!({ "type": "errors", "text": "Write some words first." }));
    }
    for (word, times) in counts {
        store::add(&format!("word/{word}"), times.into())?;
    }
    store::add("total", total.into())?;
    Ok(json!({ "type": "toast", "text": format!("Counted {total} words.") }))
}
