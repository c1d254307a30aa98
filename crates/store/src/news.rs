//! News: what a commit changed, told to whoever listens once it is kept. It is a hint for pages that
//! follow what happens, never a part of the commit.

use crate::{Batch, Cell, Key, Kind};
use std::sync::{Arc, PoisonError, RwLock};

/// What one commit changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The cell and the keys written in it.
    pub written: Option<(Cell, Vec<Key>)>,
    /// Ids of apps whose record changed or went: another release, other settings, stopped, deleted.
    pub apps: Vec<String>,
}

impl News {
    /// The news of a batch, if there are any.
    pub(crate) fn of(batch: &Batch) -> Option<News> {
        let written = batch.cell.as_ref().filter(|change| !change.writes.is_empty());
        let written = written.map(|change| {
            let keys = change.writes.iter().map(|write| write.key.clone());
            (change.cell.clone(), keys.collect())
        });
        let put = batch.puts.iter().map(|put| (put.record.kind, &put.record.id));
        let deleted = batch.deletes.iter().map(|(kind, id, _)| (*kind, id));
        let apps: Vec<String> = put
            .chain(deleted)
            .filter(|(kind, _)| *kind == Kind::App)
            .map(|(_, id)| id.clone())
            .collect();
        (written.is_some() || !apps.is_empty()).then_some(News { written, apps })
    }
}

type Listener = Box<dyn Fn(&News) + Send + Sync>;

/// Those who listen.
#[derive(Clone, Default)]
pub(crate) struct Ears(Arc<RwLock<Vec<Listener>>>);

impl Ears {
    pub(crate) fn listen(&self, listener: Listener) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(crate) fn tell(&self, news: &News) {
        let listeners = self.0.read().unwrap_or_else(PoisonError::into_inner);
        listeners.iter().for_each(|listener| listener(news));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellChange, Expect, Record, Write};
    use model::{AppId, Moment};

    #[test]
    fn a_batch_tells_of_keys_and_apps_and_of_nothing_else() {
        let cell = Cell::live(AppId::new(Moment(1), [0; model::id::RANDOM_BYTES]));
        let key = Key::new("store", "a");
        let change = |writes| CellChange {
            cell: cell.clone(),
            seen: 0,
            keys_read: vec![Key::new("store", "read")],
            spans_read: vec![],
            writes,
            storage: None,
        };
        let batch = Batch::new(Moment(1));
        assert_eq!(News::of(&batch), None);
        assert_eq!(News::of(&batch.clone().change(change(vec![]))), None, "it only read");
        let noted = batch.clone().put(Record::new(Kind::Log, "l", "{}"), Expect::Any);
        assert_eq!(News::of(&noted), None);
        let write = Write { key: key.clone(), value: None };
        let news = News::of(&batch.clone().change(change(vec![write])));
        assert_eq!(news.and_then(|news| news.written), Some((cell.clone(), vec![key])));
        let apps = batch.put(Record::new(Kind::App, "one", "{}"), Expect::Any).delete(
            Kind::App,
            "two",
            Expect::Any,
        );
        assert_eq!(News::of(&apps).map(|news| news.apps), Some(vec!["one".into(), "two".into()]));
    }
}
