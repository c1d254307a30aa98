//! Where what people and strangers wrote is parsed: in jailed workers, or, for tests and for the
//! command line on a person's own machine, in this process through the same trade. What comes back
//! is checked once more before it is used.

mod archive;
mod prices;
mod trade;
mod zipped;

pub(crate) use archive::{Reading, Unread};
pub(crate) use prices::charge;
pub use trade::Parsing;
pub(crate) use trade::Part;

use crate::group::Group;
use crate::ticket::class_of;
use model::problem::Result;
use model::{App, Moment, limit};
use sandbox::Class;
use sandbox::jail::Report;
use sandbox::worker::{Failed, Jobs, Kind, Launch, Trade};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use trade::{Job, Text};
use ui::prose::{Cleaned, NOT_CLEANED, checked};
use ui::{Form, Prose, View};

/// Bytes of cleaned texts kept in memory; above it all are dropped and cleaned again when needed.
const KEPT_BYTES_MAX: usize = 16 * limit::MIB;
/// Bytes that a kept text takes beside its own.
const KEPT_BYTES_EACH: usize = 200;
/// How long a text that was too slow, or killed its worker, is not tried again: a page must not
/// hold the workers up each time somebody opens it.
const SHUNNED_TIME: Duration = Duration::from_secs(60);
/// Texts of one view that may fail alone, when they failed together, before the rest is left.
const ALONE_FAILURES_MAX: usize = 2;
/// Bytes of a sentence that says why a text is not shown: ours are shorter.
const WHY_BYTES_MAX: usize = 200;

/// Parses what it is given, somewhere.
pub struct Parser {
    place: Place,
    kept: Mutex<Kept>,
}

enum Place {
    Here,
    Workers(Box<Jobs>),
    #[cfg(test)]
    Played(tests::Play),
}

/// What became of texts before, by their hash.
#[derive(Default)]
struct Kept {
    cleaned: HashMap<Name, (Cleaned, Option<Moment>)>,
    bytes: usize,
}

/// A text's name: the hash of its class, its form and its bytes. What the worker of one class answered
/// is shown to no other.
type Name = [u8; 32];

impl Parser {
    /// A parser in this process: nothing stands between what it parses and this memory.
    #[must_use]
    pub fn here() -> Parser {
        Parser { place: Place::Here, kept: Mutex::default() }
    }

    /// A parser in jailed workers. Fails where a required layer is not in force.
    pub fn with_workers(launch: Launch) -> Result<Parser> {
        let jobs = Box::new(Jobs::new(launch, Kind::PARSE)?);
        Ok(Parser { place: Place::Workers(jobs), kept: Mutex::default() })
    }

    /// The layers around the workers; none in this process.
    #[must_use]
    pub fn layers(&self) -> Report {
        match &self.place {
            Place::Here => Report::new(),
            Place::Workers(jobs) => jobs.layers(),
            #[cfg(test)]
            Place::Played(_) => Report::new(),
        }
    }

    /// Cleans the texts of a view. Those that cannot be cleaned have a line instead.
    fn prose(&self, view: &View, class: Class, now: Moment) -> Prose {
        self.prose_of(view.prose(), class, now)
    }

    fn prose_of(&self, texts: Vec<(Form, &str)>, class: Class, now: Moment) -> Prose {
        let mut prose = Prose::default();
        let mut wanted = Vec::new();
        for (form, text) in texts {
            match self.kept(&name(class, form, text), now) {
                Some(cleaned) => prose.add(form, text, cleaned),
                None => wanted.push((form, text)),
            }
        }
        let answers = self.clean(class, &wanted);
        for ((form, text), answer) in wanted.into_iter().zip(answers) {
            let until = answer.is_none().then(|| now.plus(SHUNNED_TIME));
            let cleaned = answer.unwrap_or_else(|| Err(NOT_CLEANED.to_owned()));
            self.keep(name(class, form, text), &cleaned, until);
            prose.add(form, text, cleaned);
        }
        prose
    }

    /// What becomes of each text; `None` where it could not be found out. Texts that fail together
    /// are tried alone, so that one of them does not take the others off the page.
    fn clean(&self, class: Class, texts: &[(Form, &str)]) -> Vec<Option<Cleaned>> {
        if let Some(answers) = self.clean_together(class, texts) {
            return answers.into_iter().map(Some).collect();
        }
        if texts.len() == 1 {
            return vec![None];
        }
        let mut failures = 0;
        let alone = texts.chunks(1).map(|text| {
            let tried = failures < ALONE_FAILURES_MAX;
            let answer = tried.then(|| self.clean_together(class, text)).flatten();
            failures += usize::from(answer.is_none());
            answer.and_then(|mut answers| answers.pop())
        });
        alone.collect()
    }

    fn clean_together(&self, class: Class, texts: &[(Form, &str)]) -> Option<Vec<Cleaned>> {
        if texts.is_empty() {
            return Some(Vec::new());
        }
        let texts: Vec<Text> = texts.iter().map(|(form, text)| Text::new(*form, text)).collect();
        let count = texts.len();
        let answer = self.ask(class, &Job::Clean(texts)).ok()?;
        let answers: Vec<std::result::Result<&str, String>> = postcard::from_bytes(&answer).ok()?;
        let whole = answers.len() == count;
        whole.then(|| answers.into_iter().map(believed).collect())
    }

    fn ask(&self, class: Class, job: &Job) -> std::result::Result<Vec<u8>, Failed> {
        let job = postcard::to_stdvec(job).map_err(|err| Failed::Lost(err.to_string()))?;
        match &self.place {
            Place::Here => Parsing::default().job(&job).map_err(Failed::Refused),
            Place::Workers(jobs) => jobs.ask(class, &job),
            #[cfg(test)]
            Place::Played(play) => play(class, &job),
        }
    }

    fn kept(&self, name: &Name, now: Moment) -> Option<Cleaned> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (cleaned, until) = kept.cleaned.get(name)?;
        until.is_none_or(|until| now < until).then(|| cleaned.clone())
    }

    fn keep(&self, name: Name, cleaned: &Cleaned, until: Option<Moment>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = cleaned.as_ref().map_or_else(String::len, |clean| clean.bytes());
        if kept.bytes > KEPT_BYTES_MAX {
            *kept = Kept::default();
        }
        kept.bytes += text + KEPT_BYTES_EACH;
        kept.cleaned.insert(name, (cleaned.clone(), until));
    }
}

impl Group {
    /// The Markdown and HTML of an app's view, cleaned for the page. What new accounts wrote, and what
    /// is drawn for strangers, is cleaned by workers that clean nothing else.
    #[must_use]
    pub fn prose(&self, view: &View, app: &App, for_stranger: bool) -> Prose {
        self.parser.prose(view, self.parser_class(app, for_stranger), self.now())
    }

    /// The same together with the documents it shows, which are Markdown, by their names.
    #[must_use]
    pub fn prose_with(
        &self,
        view: &View,
        documents: &BTreeMap<String, String>,
        app: &App,
        for_stranger: bool,
    ) -> Prose {
        let mut texts = view.prose();
        texts.extend(documents.values().map(|text| (Form::Markdown, text.as_str())));
        self.parser.prose_of(texts, self.parser_class(app, for_stranger), self.now())
    }

    /// One text of Markdown of an app, cleaned for a page of the group.
    #[must_use]
    pub fn prose_of(&self, markdown: &str, app: &App, for_stranger: bool) -> Prose {
        let class = self.parser_class(app, for_stranger);
        self.parser.prose_of(vec![(Form::Markdown, markdown)], class, self.now())
    }

    fn parser_class(&self, app: &App, for_stranger: bool) -> Class {
        self.account(app.owner).map_or(Class::New, |owner| class_of(owner.it.level, for_stranger))
    }

    /// Where this group parses.
    #[must_use]
    pub fn parser(&self) -> &Parser {
        &self.parser
    }
}

/// An answer as a page may show it: markup that is read once more, or one short sentence.
fn believed(answer: std::result::Result<&str, String>) -> Cleaned {
    match answer {
        Ok(markup) => checked(markup),
        Err(why) if why.len() <= WHY_BYTES_MAX => Err(why),
        Err(_) => Err(NOT_CLEANED.to_owned()),
    }
}

fn name(class: Class, form: Form, text: &str) -> Name {
    let class = match class {
        Class::Members => b"m",
        Class::New => b"n",
        Class::Strangers => b"s",
    };
    let form: &[u8] = match form {
        Form::Markdown => b"markdown ",
        Form::Html => b"html ",
    };
    Sha256::new().chain_update(class).chain_update(form).chain_update(text).finalize().into()
}

#[cfg(test)]
mod tests;
