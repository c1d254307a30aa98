//! The list of conformance cases and the short words they are written in.

use model::{AppId, Moment};
use std::ops::Deref;
use std::path::Path;
use std::time::Duration;
use store::{
    Batch, Cell, CellChange, Key, Kind, Page, Record, Refused, Row, Seen, Span, SpanRead, Spend,
    StorageCharge, Store, Write,
};
use tempfile::TempDir;

pub(crate) mod backups;
pub(crate) mod blobs;
pub(crate) mod cells;
pub(crate) mod crash;
pub(crate) mod mirror;
pub(crate) mod races;
pub(crate) mod records;
pub(crate) mod serial;

/// How an engine is opened in a folder.
pub(crate) type Open = fn(&Path) -> model::Result<Store>;

/// Makes one test of each case for each engine.
#[macro_export]
macro_rules! suite {
    ($engine:ident: $open:expr) => {
        mod $engine {
            use $crate::suite::{self, Scratch};

            $crate::suite!(@cases $open;
                cells: a_row_is_read_where_it_was_written, rows_carry_version_and_moment,
                    a_view_never_tears, a_deleted_row_leaves_a_mark, spans_are_read_in_both_directions,
                    counting_sees_prefixes_only, reads_are_validated, an_overtaken_span_is_a_conflict,
                    what_was_not_read_is_no_conflict, blind_writes_never_conflict,
                    large_values_are_whole, limits_refuse_in_words, nothing_written_flushes_nothing,
                    storage_is_charged_exactly, erasing_empties_at_once,
                    data_is_put_aside_and_comes_back, compaction_spares_views,
                    compaction_closes_old_views, keys_sort_by_bytes, a_whole_cell_is_handed_over;
                records: a_record_is_found_by_id_name_and_owner, pages_go_both_ways,
                    expectations_are_checked, a_name_belongs_to_one, a_freed_name_can_be_given_at_once,
                    a_batch_is_kept_whole_or_not_at_all, claims_fence, claims_hand_out_the_oldest_first,
                    what_is_over_expires, counters_stay_within_bounds, old_days_are_forgotten,
                    a_body_must_be_json, a_store_reopens_as_it_was;
                blobs: bytes_come_back_under_their_hash, a_damaged_blob_is_an_error,
                    no_name_leaves_the_folder, blobs_work_on_every_thread,
                    a_sweep_removes_what_was_unused_for_long, a_sweep_spares_what_is_named_anywhere,
                    a_blob_that_is_put_again_is_spared;
                backups: a_restored_store_is_equal, a_backup_is_one_private_file,
                    a_backup_is_consistent_while_the_group_goes_on, every_damage_is_noticed,
                    restoring_overwrites_nothing, a_missing_value_makes_no_backup,
                    strange_files_are_refused_in_words;
                races: no_increment_is_lost, transfers_keep_the_sum, write_skew_is_a_conflict,
                    phantoms_are_a_conflict, quotas_are_exact, storage_is_exact, a_name_has_one_winner,
                    no_work_is_claimed_twice, a_late_worker_is_refused, refusals_hurt_nobody_else;
                serial: interleaved_runs_have_a_serial_order, concurrent_runs_have_a_serial_order;
                mirror: random_batches_do_what_the_mirror_does;
                crash: what_was_acknowledged_survives_kill_9, hammer;
            );
        }
    };
    (@cases $open:expr; $($file:ident: $($case:ident),+;)+) => {
        $($(
            #[test]
            fn $case() {
                suite::$file::$case(&Scratch::new($open));
            }
        )+)+
    };
}

/// A store in a folder that goes away with it.
pub(crate) struct Scratch {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    pub(crate) open: Open,
}

impl Scratch {
    pub(crate) fn new(open: Open) -> Scratch {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let store = open(folder.path()).expect("a new store opens");
        Scratch { store, folder, open }
    }
}

impl Deref for Scratch {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// The live cell of the app with this number.
pub(crate) fn cell(number: u8) -> Cell {
    Cell::live(AppId::new(Moment(1), [number; 10]))
}

/// A key of the space `store`.
pub(crate) fn key(key: &str) -> Key {
    Key::new("store", key)
}

/// A change that writes pairs (`None` deletes) and has read nothing.
pub(crate) fn writing(cell: &Cell, seen: u64, pairs: &[(&str, Option<&[u8]>)]) -> CellChange {
    let write = |(name, value): &(&str, Option<&[u8]>)| Write {
        key: key(name),
        value: value.map(<[u8]>::to_vec),
    };
    CellChange {
        cell: cell.clone(),
        seen,
        keys_read: vec![],
        spans_read: vec![],
        writes: pairs.iter().map(write).collect(),
        storage: None,
    }
}

/// Commits a change and returns the version.
pub(crate) fn commit(store: &Store, change: CellChange) -> Result<u64, Refused> {
    store.commit(Batch::new(Moment(1_000)).change(change))
}

/// Writes pairs of texts, whatever is there.
pub(crate) fn write(store: &Store, cell: &Cell, pairs: &[(&str, &str)]) -> u64 {
    let pairs: Vec<_> = pairs.iter().map(|(k, v)| (*k, Some(v.as_bytes()))).collect();
    commit(store, writing(cell, store.head(cell).expect("head"), &pairs)).expect("kept")
}

/// Deletes keys, whatever is there.
pub(crate) fn remove(store: &Store, cell: &Cell, keys: &[&str]) -> u64 {
    let pairs: Vec<_> = keys.iter().map(|k| (*k, None)).collect();
    commit(store, writing(cell, store.head(cell).expect("head"), &pairs)).expect("kept")
}

/// The text under a key at a version; `Newer` is a failure here.
pub(crate) fn text(store: &Store, cell: &Cell, at: u64, name: &str) -> Option<String> {
    let rows = at_view(store.read(cell, at, &[key(name)]).expect("read"));
    rows[0].as_ref().map(|row| String::from_utf8(row.value.clone()).expect("text"))
}

/// The answer of a read that must not be too new.
pub(crate) fn at_view<T>(seen: Seen<T>) -> T {
    match seen {
        Seen::At(answer) => answer,
        Seen::Newer => panic!("the view is too old"),
    }
}

/// A span of the space `store`.
pub(crate) fn span(prefix: &str, after: Option<&str>, limit: usize, reverse: bool) -> Span {
    Span {
        space: "store".into(),
        prefix: prefix.into(),
        after: after.map(Into::into),
        limit,
        reverse,
    }
}

/// The keys of rows.
pub(crate) fn keys(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_str()).collect()
}

/// A record whose body tells nothing.
pub(crate) fn record(kind: Kind, id: &str) -> Record {
    Record::new(kind, id, "{}")
}

/// A spend of the account `ana` on the axis `gas`.
pub(crate) fn gas(amount: i64, max: u64) -> Spend {
    Spend { account: "ana".into(), axis: "gas".into(), day: 7, amount, max }
}

/// The charge to the account `ana`.
pub(crate) fn charge(max: u64) -> Option<StorageCharge> {
    Some(StorageCharge { account: "ana".into(), max })
}

/// All ids of pages of two, walked to the end.
pub(crate) fn walk(mut next: impl FnMut(&Page) -> Vec<Record>, newest_first: bool) -> Vec<String> {
    let mut page = Page { after: None, limit: 2, newest_first };
    let mut ids = Vec::new();
    loop {
        let records = next(&page);
        let Some(last) = records.last() else { return ids };
        page = page.beyond(last.id.clone());
        ids.extend(records.into_iter().map(|record| record.id));
    }
}

/// A change that has read keys and a range, and writes the key `mark`.
pub(crate) fn having_read(
    cell: &Cell,
    seen: u64,
    keys: &[&str],
    spans: Vec<SpanRead>,
) -> CellChange {
    CellChange {
        keys_read: keys.iter().map(|name| key(name)).collect(),
        spans_read: spans,
        ..writing(cell, seen, &[("mark", Some(b"x"))])
    }
}
