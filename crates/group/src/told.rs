//! What an app hears of its effects: `done` or `failed`, in the chain of the run that left them and
//! on what is left of its budget. An app without such a function is asked nothing; its page shows
//! the effect.

use crate::admit::Wake;
use crate::effects::{BUSY, REST};
use crate::group::Group;
use crate::lanes::effect_put;
use crate::records::Kept;
use crate::ticket::Ack;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::{Invocation, Trigger};
use model::{App, Effect, EffectState, Moment, RunId, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Batch, Expect, Put, Refused};

impl Group {
    /// Wakes the app with `done` or `failed`, if it has such a function and budget left.
    pub(crate) fn tell(&self, kept: &Kept<Effect>, app: &App) -> Result<()> {
        let effect = &kept.it;
        let told = Effect { answer: None, ..effect.clone() };
        let put = effect_put(&told, None, Expect::Version(kept.version))?;
        let what = self.what_became(effect)?;
        let (word, trigger) = match effect.state {
            EffectState::Done => ("done", Trigger::Done { effect: effect.id, what }),
            _ => ("failed", Trigger::Failed { effect: effect.id, what }),
        };
        let run = run_of(effect);
        // What was lost after it had sent something is not run again by itself.
        let hears = app.handlers.iter().any(|name| name == word)
            && effect.chain.is_some()
            && !self.lost_after_sending(run)?;
        if !hears {
            return self.put_unless_stale(put);
        }
        let invocation = Invocation {
            app: effect.app,
            trigger,
            by: None,
            chain: effect.chain,
            draft: effect.draft,
        };
        let ack = Ack { puts: vec![put.clone()], deletes: vec![] };
        match self.wake(Wake { invocation, ack, run: Some(run), for_all: false }) {
            Ok(_) => Ok(()),
            Err(problem) => self.put_unless_stale(match self.tell_again(&problem) {
                Some(due) => effect_put(effect, Some(due), Expect::Version(kept.version))?,
                None => put,
            }),
        }
    }

    /// When an app that may not run now is told; `None` if never.
    fn tell_again(&self, problem: &Problem) -> Option<Moment> {
        match problem.kind {
            ProblemKind::OverQuota => Some(self.now().next_day()),
            ProblemKind::Forbidden => Some(self.now().plus(REST)),
            ProblemKind::Conflict => Some(self.now().plus(BUSY)),
            _ => None,
        }
    }

    pub(crate) fn put_unless_stale(&self, put: Put) -> Result<()> {
        match self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) }) {
            // Somebody else owns it by now.
            Ok(_) | Err(Refused::Stale { .. }) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// The effect as the script sees it.
    fn what_became(&self, effect: &Effect) -> Result<Value> {
        let mut what = BTreeMap::from([
            ("id".to_owned(), Value::text(effect.id.to_string())),
            ("what".to_owned(), Value::text(effect.intent.words())),
            ("note".to_owned(), Value::text(effect.note.as_str())),
        ]);
        if let Some(answer) = &effect.answer {
            let headers = answer.headers.iter();
            let headers = headers.map(|(name, text)| (name.clone(), Value::text(text.as_str())));
            what.insert("status".to_owned(), Value::Int(i64::from(answer.status)));
            what.insert("headers".to_owned(), Value::Map(headers.collect()));
            what.insert("body".to_owned(), Value::Str(self.blob(&answer.body)?));
        }
        Ok(Value::Map(what))
    }
}

/// The run that hears of an effect's end: the same however often it is claimed.
fn run_of(effect: &Effect) -> RunId {
    let digest = Sha256::digest(format!("told:{}", effect.id));
    let mut random = [0; model::id::RANDOM_BYTES];
    random.copy_from_slice(&digest[..model::id::RANDOM_BYTES]);
    RunId::new(effect.ended.unwrap_or(effect.at), random)
}
