//! Counters of what accounts used: exact, never negative, never raised above their limit.

use crate::{Refused, Spend, TOTAL, signed, unsigned};
use rusqlite::{Connection, OptionalExtension, Result, params};

pub(super) fn used(db: &Connection, account: &str, axis: &str, day: i64) -> Result<u64> {
    let used = db
        .prepare_cached("SELECT used FROM counters WHERE account = ?1 AND axis = ?2 AND day = ?3")?
        .query_row(params![account, axis, day], |row| row.get(0))
        .optional()?;
    Ok(unsigned(used.unwrap_or(0)))
}

/// Adds what is used up, or gives back. Giving back is never refused.
pub(super) fn spend(db: &Connection, spend: &Spend) -> std::result::Result<(), Refused> {
    let Spend { account, axis, day, amount, max } = spend;
    if *amount == 0 {
        return Ok(());
    }
    let used = used(db, account, axis, *day)?;
    let after = used.saturating_add_signed(*amount);
    if *amount > 0 && after > signed(*max).unsigned_abs() {
        return Err(Refused::OverQuota { axis: axis.clone(), used, max: *max });
    }
    db.prepare_cached(
        "INSERT INTO counters (account, axis, day, used) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account, axis, day) DO UPDATE SET used = excluded.used",
    )?
    .execute(params![account, axis, day, signed(after)])?;
    Ok(())
}

/// Removes the counters of days before this one; totals stay.
pub(super) fn forget(db: &Connection, before: i64) -> Result<u64> {
    let gone = db
        .prepare_cached("DELETE FROM counters WHERE day < ?1 AND day <> ?2")?
        .execute([before, TOTAL])?;
    Ok(gone as u64)
}
