//! Pressing a button by its label: finding it, filling its form in as a browser would, and what its
//! handler answered.

use super::runs::{faces, ran_json, told};
use group::{Group, Ran};
use model::{App, Ending, Problem};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ui::{Answer, Pressable};

/// The button with a label.
pub(super) fn find<'b>(buttons: &'b [Pressable], label: &str) -> Result<&'b Pressable, Problem> {
    match buttons.iter().find(|button| button.label == label) {
        Some(button) if button.disabled => Err(Problem::invalid(format!(
            "The button “{label}” cannot be pressed at the moment. Look at the page for the reason."
        ))),
        Some(button) => Ok(button),
        None => Err(Problem::not_found(format!(
            "There is no button “{label}” on this page. There are: {}.",
            listed(buttons.iter().map(|button| button.label.as_str()))
        ))),
    }
}

/// The fields of a form with what was given, by name or by label, and otherwise as they stand there.
pub(super) fn fill_in(
    button: &Pressable,
    mut given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut form = BTreeMap::new();
    for field in &button.fields {
        let typed = given.remove(&field.name).or_else(|| given.remove(&field.label));
        let value = typed.or_else(|| field.value.clone());
        if field.required && value.as_deref().is_none_or(str::is_empty) {
            let shown = if field.label.is_empty() { &field.name } else { &field.label };
            return Err(Problem::invalid(format!(
                "“{}” needs “{shown}”. Give it as {}=…",
                button.label, field.name
            )));
        }
        if let Some(value) = value {
            form.insert(field.name.clone(), value);
        }
    }
    match given.keys().next() {
        None => Ok(form),
        Some(unknown) => Err(Problem::invalid(format!(
            "“{}” has no field “{unknown}”. There are: {}.",
            button.label,
            listed(button.fields.iter().map(|field| field.name.as_str()))
        ))),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// What came of a press: the run, and what its handler answered.
pub(super) fn pressed_json(
    group: &Group,
    app: &App,
    ran: &Ran,
    draft: bool,
) -> Result<Value, Problem> {
    let mut pressed = ran_json(ran);
    pressed["answer"] = answer_json(group, app, ran, draft)?;
    Ok(pressed)
}

fn answer_json(group: &Group, app: &App, ran: &Ran, draft: bool) -> Result<Value, Problem> {
    if ran.ending != Ending::Done {
        return Ok(Value::Null);
    }
    Ok(match Answer::read(&ran.answer, &app.manifest.title) {
        Ok(Answer::Redraw) => Value::Null,
        Ok(Answer::Toast(text)) => json!({ "kind": "toast", "text": text }),
        Ok(Answer::Errors(errors)) => json!({ "kind": "errors", "errors": errors }),
        Ok(Answer::Go(to)) => json!({ "kind": "go", "to": to }),
        Ok(Answer::Page(view)) => {
            let (text, view) = faces(group, app, ran, &view, draft)?;
            json!({ "kind": "page", "text": text, "view": view })
        }
        Err(faults) => json!({ "kind": "faulty", "text": told(&faults) }),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use ui::view::Field;

    fn field(name: &str, value: Option<&str>, required: bool) -> Field {
        let (name, label) = (name.to_owned(), format!("Your {name}"));
        Field { name, label, value: value.map(str::to_owned), required, options: vec![] }
    }

    #[test]
    fn a_form_is_filled_in_as_a_browser_would() {
        let button = Pressable {
            label: "Send".into(),
            handler: "send".into(),
            args: model::Value::Nil,
            fields: vec![
                field("name", Some(""), true),
                field("colour", Some("red"), false),
                field("tick", None, false),
            ],
            disabled: false,
            confirm: None,
        };
        for (given, expect) in [
            (vec![("name", "Ben")], Ok(vec![("colour", "red"), ("name", "Ben")])),
            (vec![("Your name", "Ben"), ("colour", "")], Ok(vec![("colour", ""), ("name", "Ben")])),
            (
                vec![("name", "Ben"), ("tick", "on")],
                Ok(vec![("colour", "red"), ("name", "Ben"), ("tick", "on")]),
            ),
            (vec![], Err("needs “Your name”")),
            (
                vec![("name", "Ben"), ("size", "9")],
                Err("no field “size”. There are: name, colour, tick."),
            ),
        ] {
            let pairs = |pairs: Vec<(&str, &str)>| {
                pairs
                    .into_iter()
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                    .collect::<BTreeMap<_, _>>()
            };
            match (fill_in(&button, pairs(given.clone())), expect) {
                (Ok(form), Ok(expect)) => assert_eq!(form, pairs(expect), "{given:?}"),
                (Err(problem), Err(word)) => assert!(problem.public.contains(word), "{problem}"),
                (found, expect) => panic!("{given:?}: {found:?}, not {expect:?}"),
            }
        }
    }

    #[test]
    fn a_button_is_found_by_its_label() {
        let button = |label: &str, disabled| Pressable {
            label: label.to_owned(),
            handler: "x".into(),
            args: model::Value::Nil,
            fields: vec![],
            disabled,
            confirm: None,
        };
        let buttons = [button("Yes", false), button("No", true)];
        assert_eq!(find(&buttons, "Yes").unwrap().label, "Yes");
        assert!(find(&buttons, "No").unwrap_err().public.contains("cannot be pressed"));
        assert!(find(&buttons, "Maybe").unwrap_err().public.contains("There are: Yes, No."));
        assert!(find(&[], "Yes").unwrap_err().public.contains("There are: none."));
    }
}
