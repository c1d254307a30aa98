//! Reads `allotment.toml`. Errors name the line or the field, and what to write instead.

use crate::clockwork;
use model::grant::Want;
use model::manifest::{Schedule, Share, Use, When};
use model::problem::{Problem, Result};
use model::{Manifest, Name, ReleaseId};
use serde::Deserialize;

/// The file that makes a folder an app.
pub const FILE: &str = "allotment.toml";
/// The host API level this group speaks.
pub const API_LEVEL: u32 = 1;
/// Schedules of one manifest, at most: more belong into `schedule.every`.
const SCHEDULES_MAX: usize = 20;
/// Wants of one manifest, at most: a longer list is not read by a person.
const WANTS_MAX: usize = 30;
/// Uses of one manifest, at most: each is code that a person should read, too.
const USES_MAX: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Toml {
    name: String,
    title: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    licence: String,
    api: Option<u32>,
    main: Option<String>,
    #[serde(default)]
    share: Share,
    #[serde(default)]
    schedule: Vec<TomlSchedule>,
    #[serde(default)]
    want: Vec<Want>,
    #[serde(default, rename = "use")]
    uses: Vec<TomlUse>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlUse {
    app: String,
    release: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlSchedule {
    name: String,
    every: Option<String>,
    cron: Option<String>,
    tz: Option<String>,
    slack: Option<String>,
}

/// Reads a manifest.
pub fn parse(text: &str) -> Result<Manifest> {
    let read: Toml = toml::from_str(text)
        .map_err(|err| Problem::invalid(format!("{FILE}: {}", err.to_string().trim())))?;
    let api = read.api.unwrap_or(API_LEVEL);
    if api == 0 || api > API_LEVEL {
        return Err(Problem::invalid(format!(
            "{FILE}: api = {api} is not known here; this group speaks levels 1 to {API_LEVEL}."
        )));
    }
    if read.schedule.len() > SCHEDULES_MAX
        || read.want.len() > WANTS_MAX
        || read.uses.len() > USES_MAX
    {
        return Err(Problem::invalid(format!(
            "{FILE}: at most {SCHEDULES_MAX} schedules, {WANTS_MAX} wants and {USES_MAX} uses fit in one app."
        )));
    }
    let name = Name::parse(&read.name).map_err(|problem| named("name", &problem))?;
    let wants = read.want.into_iter().map(check_want).collect::<Result<_>>()?;
    Ok(Manifest {
        title: read.title.unwrap_or_else(|| name.to_string()),
        name,
        summary: read.summary,
        licence: read.licence,
        api,
        main: check_main(read.main.unwrap_or_else(|| "main.lua".into()))?,
        share: read.share,
        schedules: read.schedule.into_iter().map(schedule).collect::<Result<_>>()?,
        wants,
        uses: read.uses.into_iter().map(check_use).collect::<Result<_>>()?,
    })
}

fn check_use(read: TomlUse) -> Result<Use> {
    let release = ReleaseId::parse(&read.release).ok_or_else(|| {
        Problem::invalid(format!(
            "{FILE}: the use of {} needs the whole id of a release, 64 digits. Copy it from its source page.",
            read.app
        ))
    })?;
    Ok(Use { app: read.app, release })
}

fn named(field: &str, problem: &Problem) -> Problem {
    Problem::invalid(format!("{FILE}: {field}: {}", problem.public))
}

fn check_main(main: String) -> Result<String> {
    let ending = std::path::Path::new(&main).extension();
    if ending.is_some_and(|ending| ending == "lua" || ending == "wasm") {
        return Ok(main);
    }
    Err(Problem::invalid(format!(
        "{FILE}: main = \"{main}\" cannot run here; write the name of a Lua file, like main.lua, or of a wasm component, like main.wasm."
    )))
}

fn check_want(want: Want) -> Result<Want> {
    const VERBS: [&str; 3] = ["http.fetch", "git.read", "git.write"];
    if !VERBS.contains(&want.verb.as_str()) {
        return Err(Problem::invalid(format!(
            "{FILE}: a want has verb = \"{}\"; what can be granted here is {}.",
            want.verb,
            VERBS.join(", ")
        )));
    }
    if want.why.trim().is_empty() {
        return Err(Problem::invalid(format!(
            "{FILE}: the want {} needs why = \"…\": the person reads it before deciding.",
            want.verb
        )));
    }
    Ok(want)
}

fn schedule(read: TomlSchedule) -> Result<Schedule> {
    let when = match (read.every, read.cron) {
        (Some(every), None) => When::Every {
            seconds: clockwork::parse_every(&every).map_err(|problem| named("every", &problem))?,
        },
        (None, Some(pattern)) => {
            let tz = read.tz.unwrap_or_else(|| "UTC".into());
            clockwork::check_cron(&pattern, &tz).map_err(|problem| named("cron", &problem))?;
            When::Cron { pattern, tz }
        }
        _ => {
            return Err(Problem::invalid(format!(
                "{FILE}: the schedule {} needs either every = \"1h\" or cron = \"0 7 * * MON\".",
                read.name
            )));
        }
    };
    let slack_seconds = match read.slack {
        Some(slack) => {
            clockwork::parse_every(&slack).map_err(|problem| named("slack", &problem))?
        }
        None => 0,
    };
    Ok(Schedule { name: read.name, when, slack_seconds })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_manifest_is_read() {
        let manifest = parse(
            r#"
            name = "feed-to-git"
            title = "Feed to git"
            licence = "MIT"
            api = 1
            share = "public"
            [[schedule]]
            name = "hourly"
            every = "1h"
            [[want]]
            verb = "http.fetch"
            object = "settings.feed"
            why = "To read the feed you choose."
            "#,
        )
        .unwrap();
        assert_eq!(manifest.share, Share::Public);
        assert_eq!(manifest.schedules[0].when, When::Every { seconds: 3600 });
        assert_eq!(manifest.main, "main.lua");
        assert!(!manifest.wants[0].optional);
    }

    /// CAP-029: no app asks for more than a person reads.
    #[test]
    fn mistakes_are_named() {
        for (text, expect) in [
            ("nam = \"x\"", "unknown field"),
            ("name = \"X!\"", "name:"),
            ("name = \"poll\"\napi = 9", "levels 1 to 1"),
            ("name = \"poll\"\nmain = \"main.js\"", "main.wasm"),
            ("name = \"poll\"\n[[schedule]]\nname = \"x\"", "needs either every"),
            ("name = \"poll\"\n[[want]]\nverb = \"root\"\nobject = \"*\"\nwhy = \"x\"", "verb"),
            ("name = \"poll\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"*\"\nwhy = \"\"", "why"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.public.contains(expect), "{text}: {}", problem.public);
        }
        let want =
            "[[want]]\nverb = \"http.fetch\"\nobject = \"https://a.example/\"\nwhy = \"x\"\n";
        let many = |count| format!("name = \"poll\"\n{}", want.repeat(count));
        assert!(parse(&many(WANTS_MAX)).is_ok());
        assert!(parse(&many(WANTS_MAX + 1)).unwrap_err().public.contains("at most"));
    }
}
