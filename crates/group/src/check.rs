//! Checks a draft: it parses, its top level runs, its schedules and buttons have their functions.

use crate::apps::manifest_of;
use crate::group::Group;
use crate::host::find;
use crate::migrating::joined;
use crate::program::program_from;
use crate::setting_values;
use crate::uses::must_not_meet;
use model::problem::{Problem, Result};
use model::release::is_component;
use model::setting::Setting;
use model::{App, Ending, Files, Manifest, Moment, Value, limit};
use sandbox::shape::{self, Shape};
use sandbox::{Class, Host, Outcome, Program, Refusal, RefusalKind, Run, Sandbox};
use std::collections::BTreeMap;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Mistakes that keep the app from running, each with file and line where there is one.
    pub errors: Vec<String>,
    pub settings: Vec<Setting>,
    /// `view`, `serve`, `on.vote`, `at.hourly` …
    pub handlers: Vec<String>,
    /// What was found in its component, if it is none of Lua.
    pub component: Option<Shape>,
}

impl Checked {
    /// A problem with all mistakes, if there are any.
    pub fn must_be_fine(&self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors.join("\n"))) }
    }
}

/// A host that answers nothing: the top level of a program only declares. But runtimes of languages
/// draw their seeds before anything of the program runs; here they are zeros.
struct Nobody;

const SEED: &str = "random.bytes";
/// Bytes of a seed: Python's is the longest.
const SEED_BYTES_MAX: i64 = 4_096;

impl Host for Nobody {
    fn price(&mut self, name: &str) -> std::result::Result<model::gas::Price, Refusal> {
        if name == SEED {
            return find(name).map(|capability| capability.price);
        }
        Err(Refusal {
            kind: RefusalKind::Error,
            text: format!("{name} cannot be called here: the top level of a program only declares"),
        })
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> std::result::Result<Value, Refusal> {
        self.price(name)?;
        let bytes = args.first().and_then(Value::as_int).unwrap_or(0).clamp(0, SEED_BYTES_MAX);
        Ok(Value::Str(vec![0; usize::try_from(bytes).unwrap_or(0)]))
    }
}

impl Group {
    /// Checks the draft of an app. Its owner pays where a component is compiled for that.
    pub fn check_app(&self, app: &App) -> Result<Checked> {
        let mut files = self.files(&app.draft)?;
        if let Ok(manifest) = manifest_of(&files)
            && !manifest.uses.is_empty()
        {
            let used = self.used(app.owner, &manifest);
            let used = used.and_then(|used| must_not_meet(&app.draft, &used).map(|()| used));
            match used {
                Ok(used) => files = self.files(&joined(&app.draft, &used))?,
                Err(problem) => {
                    return Ok(Checked { errors: vec![problem.public], ..Checked::default() });
                }
            }
        }
        if let Ok(program) = manifest_of(&files).and_then(|it| program_from(&files, &it.main)) {
            self.pay_for_compiling(&self.account(app.owner)?.it, &program)?;
        }
        Ok(check_files(&self.sandbox, &files, setting_values::of(app)))
    }
}

/// Checks the files of an app with the settings it has. It needs no group.
#[must_use]
pub fn check_files(sandbox: &Sandbox, files: &Files, settings: BTreeMap<String, Value>) -> Checked {
    let mut checked = Checked::default();
    let manifest = manifest_of(files);
    let found = manifest.and_then(|manifest| {
        let program = program_from(files, &manifest.main)?;
        let component = is_component(&manifest.main).then(|| files.get(&manifest.main)).flatten();
        Ok((component.map(shape::check).transpose()?, manifest, program))
    });
    let (component, manifest, program) = match found {
        Ok(found) => found,
        Err(problem) => {
            checked.errors.push(problem.public);
            return checked;
        }
    };
    checked.component = component;
    let outcome = declare(sandbox, &program, settings);
    if outcome.ending != Ending::Done {
        checked.errors.push(outcome.message);
        return checked;
    }
    checked.read(&outcome.answer);
    checked.compare(&manifest);
    checked
}

/// Runs the top level of a program, which only declares.
pub(crate) fn declare(
    sandbox: &Sandbox,
    program: &Program,
    settings: BTreeMap<String, Value>,
) -> Outcome {
    let run = Run {
        program,
        trigger: "declare",
        handler: "",
        ctx: Value::Map(BTreeMap::new()),
        args: Vec::new(),
        settings,
        seed: [0; 32],
        now: Moment(0),
        tz: "UTC",
        gas: limit::VIEW.gas,
        memory_bytes: limit::VIEW.memory_bytes,
        computing: limit::computing_time(limit::VIEW.gas),
        // Nobody knows this code yet.
        class: Class::New,
    };
    sandbox.run(&run, &mut Nobody)
}

impl Checked {
    /// Reads what the guest says the program declares.
    fn read(&mut self, answer: &Value) {
        if let Some(Value::Map(settings)) = answer.get("settings") {
            self.settings =
                settings.iter().map(|(name, declared)| setting(name, declared)).collect();
        }
        for family in ["on", "at", "calls"] {
            let names = answer
                .get("handlers")
                .and_then(|all| all.get(family))
                .map(Value::items)
                .unwrap_or_default();
            self.handlers.extend(
                names.iter().filter_map(Value::as_str).map(|name| format!("{family}.{name}")),
            );
        }
        for word in ["view", "serve", "done", "failed"] {
            if answer.get("has").and_then(|has| has.get(word)).is_some_and(Value::truthy) {
                self.handlers.push(word.to_owned());
            }
        }
    }

    /// What the manifest names must be there.
    fn compare(&mut self, manifest: &Manifest) {
        for schedule in &manifest.schedules {
            if !self.handlers.contains(&format!("at.{}", schedule.name)) {
                self.errors.push(format!(
                    "allotment.toml has a schedule “{0}”, but there is no function for it. Write   function at.{0}(ctx) … end",
                    schedule.name
                ));
            }
        }
        for want in &manifest.wants {
            if let Some(name) = want.object.strip_prefix("settings.")
                && !self.settings.iter().any(|setting| setting.name == name)
            {
                self.errors.push(format!(
                    "allotment.toml wants {} of settings.{name}, but settings{{}} declares no {name}.",
                    want.verb
                ));
            }
        }
        if !self.handlers.iter().any(|name| matches!(name.as_str(), "view" | "serve")) {
            self.errors.push(
                "The app has no page yet. Write   function view(ctx) return ui.page{ \"Hello\" } end".into(),
            );
        }
    }
}

fn setting(name: &str, declared: &Value) -> Setting {
    let text = |key: &str| declared.get(key).map(Value::shown).unwrap_or_default();
    let label = declared.get("label").map(Value::shown);
    let default = text("default");
    let kind = match declared.get("kind").and_then(Value::as_str) {
        Some(kind) => kind.to_owned(),
        None => match declared.get("default") {
            Some(Value::Int(_) | Value::Float(_)) => "number".into(),
            Some(Value::Bool(_)) => "check".into(),
            _ => "text".into(),
        },
    };
    Setting {
        name: name.to_owned(),
        label: label.unwrap_or_else(|| name.to_owned()),
        kind,
        default,
        options: declared
            .get("options")
            .map(|options| options.items().iter().map(Value::shown).collect())
            .unwrap_or_default(),
        why: text("why"),
        hint: text("hint"),
        min: declared.get("min").and_then(Value::as_float),
        max: declared.get("max").and_then(Value::as_float),
    }
}
