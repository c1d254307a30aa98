//! After a crash: work that the dead server had claimed is due again at once, since on one node
//! nobody else can be doing it. What it had finished is recognised and not done twice.

use crate::group::Group;
use crate::records;
use crate::schedules::Schedule;
use model::problem::Result;
use model::{Effect, EffectState};
use store::{Batch, Expect, Kind, Page, Put, Record};

/// Records looked through at once.
const PAGE: usize = 500;

impl Group {
    /// Makes claimed work due again. Called once, before anything is served.
    pub fn take_over(&self) -> Result<()> {
        self.again_due(Kind::Effect, |record| {
            let effect = records::read::<Effect>(record.clone())?.it;
            Ok(effect.state == EffectState::Queued)
        })?;
        self.again_due(Kind::Schedule, |record| {
            let schedule = records::read::<Schedule>(record.clone())?.it;
            Ok(schedule.tick <= self.now())
        })
    }

    fn again_due(&self, kind: Kind, claimed: impl Fn(&Record) -> Result<bool>) -> Result<()> {
        let mut page = Page::first(PAGE);
        loop {
            let records = self.store.all(kind, &page)?;
            let Some(last) = records.last().map(|record| record.id.clone()) else { return Ok(()) };
            let mut batch = Batch::new(self.now());
            for record in records {
                if record.due.is_some_and(|due| due > self.now()) && claimed(&record)? {
                    let expect = Expect::Version(record.version);
                    batch
                        .puts
                        .push(Put { record: Record { due: Some(self.now()), ..record }, expect });
                }
            }
            self.store.commit(batch)?;
            page = page.beyond(last);
        }
    }
}
