//! Forks and their originals: what differs, what is new, taking it, and suggestions.

use super::link::Link;
use super::{api, escaped, items, text, texts};
use crate::commands::{OnApp, Suggestions, Take};
use crate::failure::{Code, Failure};
use crate::say::{Say, talk};
use serde_json::{Value, json};

/// Shows what differs between two states of an app.
pub(crate) fn diff(
    on: &OnApp,
    from: Option<&str>,
    to: Option<&str>,
    say: Say,
) -> Result<(), Failure> {
    let asked = |name, word: Option<&str>| word.map(|word| format!("{name}={}", escaped(word)));
    let query: Vec<String> = asked("from", from).into_iter().chain(asked("to", to)).collect();
    let path = format!("{}/difference?{}", api(&on.app)?, query.join("&"));
    let found = Link::to(&on.at)?.get(&path)?;
    let shown = text(&found, "text");
    match shown.is_empty() && !say.as_json() {
        true => talk("Nothing changed."),
        false => say.result(&found, shown.trim_end()),
    }
    Ok(())
}

/// Takes what the original of a fork has published since into the draft, or only lists it.
pub(crate) fn take(asked: &Take, say: Say) -> Result<(), Failure> {
    let app = &asked.on.app;
    let (link, path) = (Link::to(&asked.on.at)?, api(app)?);
    let newer = link.get(&format!("{path}/newer"))?;
    let newest = items(&newer, "releases").next().and_then(|release| release["number"].as_u64());
    let Some(number) = asked.release.or(newest) else {
        if say.as_json() {
            say.result(&newer, "");
        }
        talk("The original has nothing newer.");
        return Ok(());
    };
    if asked.look {
        let lines: Vec<String> = items(&newer, "releases")
            .map(|it| format!("release {}    {}", it["number"], text(it, "note")))
            .collect();
        say.result(&newer, &lines.join("\n"));
        talk(&format!("To take them into your draft:   allot take {app}"));
        return Ok(());
    }
    let body = json!({ "release": number, "how": asked.how });
    let taken = link
        .post(&format!("{path}/take"), &body)
        .map_err(|refused| refused.on(409, format!("allot take {app} --how marks")))?;
    let said = format!("Release {number} of {} is in your draft.", text(&newer, "original"));
    say.result(&taken, &said);
    for changed in texts(&taken, "changed") {
        talk(&format!("changed: {changed}"));
    }
    talk(&format!("To see it:   allot diff {app}"));
    Ok(())
}

/// Suggests the draft of a fork to the author of its original.
pub(crate) fn suggest(on: &OnApp, note: &str, say: Say) -> Result<(), Failure> {
    let made =
        Link::to(&on.at)?.post(&format!("{}/suggest", api(&on.app)?), &json!({ "note": note }))?;
    say.result(&made, "Suggested. Its author sees it on the app's source page.");
    Ok(())
}

/// Lists the suggestions for an app, or answers one.
pub(crate) fn suggestions(asked: &Suggestions, say: Say) -> Result<(), Failure> {
    let (link, path) = (Link::to(&asked.on.at)?, format!("{}/suggestions", api(&asked.on.app)?));
    let (Some(id), Some(answer)) = (&asked.id, &asked.answer) else {
        let found = link.get(&path)?;
        let lines: Vec<String> = items(&found, "suggestions").map(line).collect();
        match lines.is_empty() && !say.as_json() {
            true => talk("There are no suggestions."),
            false => say.result(&found, &lines.join("\n")),
        }
        return Ok(());
    };
    let body = json!({ "suggestion": id, "answer": answer, "how": asked.how, "word": asked.word });
    let answered = link.post(&path, &body).map_err(|refused| match refused.status {
        409 => Failure::new(Code::App, Failure::from(refused).text)
            .try_next(format!("allot suggestions {} {id} take --how marks", asked.on.app)),
        _ => Failure::from(refused),
    })?;
    say.result(&answered, &line(&answered));
    Ok(())
}

fn line(it: &Value) -> String {
    let word = text(it, "word");
    let word = if word.is_empty() { word } else { format!(": {word}") };
    format!(
        "{}    {} from {}{word}    {}",
        text(it, "id"),
        text(it, "became"),
        text(it, "from"),
        text(it, "note")
    )
}

/// Tells what a rehearsal found.
pub(super) fn rehearsed(found: &Value, say: Say) -> Result<(), Failure> {
    let told = match found["rehearsal"].is_null() {
        true => "It takes no data over.".to_owned(),
        false => summary(found),
    };
    say.result(found, &told);
    Ok(())
}

/// The same beside a result.
pub(super) fn talk_of_data(found: &Value) {
    if !found["rehearsal"].is_null() {
        talk(&summary(found));
    }
}

fn summary(found: &Value) -> String {
    let told = &found["rehearsal"];
    let mut lines = vec![format!(
        "It takes over the data of release {}: {} keys new, {} changed, {} deleted.",
        told["from"], told["added"], told["changed"], told["deleted"]
    )];
    for key in items(told, "keys") {
        let side = |name: &str| key[name].as_str().unwrap_or("nothing").to_owned();
        lines.push(format!("  {}: {} → {}", text(key, "key"), side("before"), side("after")));
    }
    lines.join("\n")
}

/// Runs an older release again, or the one from before the data was taken over.
pub(crate) fn back(on: &OnApp, release: Option<u64>, data: bool, say: Say) -> Result<(), Failure> {
    let body = json!({ "release": release, "data": data });
    let now = Link::to(&on.at)?.post(&format!("{}/back", api(&on.app)?), &body)?;
    say.result(&now, &format!("{}, as release {}.", text(&now, "note"), now["release"]));
    Ok(())
}

/// Lets a fork take what its original publishes by itself, or not any more.
pub(crate) fn follow(
    on: &OnApp,
    follow: bool,
    also_with_grants: bool,
    say: Say,
) -> Result<(), Failure> {
    let body = json!({ "on": follow, "also_with_grants": also_with_grants });
    let app = Link::to(&on.at)?.post(&format!("{}/follow", api(&on.app)?), &body)?;
    let told = match follow {
        true => "It takes what its original publishes a day later, and tells it at /me/news.",
        false => "It waits for you again.",
    };
    say.result(&app, told);
    Ok(())
}
