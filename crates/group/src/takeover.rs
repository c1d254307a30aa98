//! After a crash: work that the dead server had claimed is due again at once, since on one node
//! nobody else can be doing it. What it had finished is recognised and not done twice.

use crate::effects;
use crate::group::Group;
use crate::records;
use crate::schedules::Schedule;
use model::Moment;
use model::problem::Result;
use store::{Batch, Expect, Kind, Page, Put, Record};

/// Records looked through at once.
const PAGE: usize = 500;

impl Group {
    /// Makes claimed work due again. Called once, before anything is served.
    pub fn take_over(&self) -> Result<()> {
        let now = self.now();
        // Some only wait for their next try: they are tried a little early.
        self.again_due(Kind::Effect, now, |_, due| Ok(due <= now.plus(effects::LEASE)))?;
        // A tick is due later than it should be when it was claimed, or put off until the app may
        // run again; then it is only asked once more.
        self.again_due(Kind::Schedule, now, |record, _| {
            Ok(records::read::<Schedule>(record.clone())?.it.due() <= now)
        })
    }

    fn again_due(
        &self,
        kind: Kind,
        now: Moment,
        claimed: impl Fn(&Record, Moment) -> Result<bool>,
    ) -> Result<()> {
        let mut page = Page::first(PAGE);
        loop {
            let records = self.store.all(kind, &page)?;
            let Some(last) = records.last().map(|record| record.id.clone()) else { return Ok(()) };
            let mut batch = Batch::new(now);
            for record in records {
                let Some(due) = record.due.filter(|due| *due > now) else { continue };
                if claimed(&record, due)? {
                    let expect = Expect::Version(record.version);
                    batch.puts.push(Put { record: Record { due: Some(now), ..record }, expect });
                }
            }
            self.store.commit(batch)?;
            page = page.beyond(last);
        }
    }
}
