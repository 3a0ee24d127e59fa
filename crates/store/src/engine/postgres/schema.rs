//! Bringing the schema up to date, however many servers start at once.
//!
//! The history is locked before it is read, in the transaction that applies what is missing: who
//! comes second finds nothing to do. Only the history's own making can collide, and is done again.

use super::super::{Row, Sql, Val};
use super::dial::Dialer;
use super::pool;
use super::session::{Begin, Session};
use crate::error::Result;
use crate::migrate;

const DOING: &str = "bring the schema up to date";
/// Where tables are: also what a role without rights is refused at.
const LOCK: &str = "LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE";
const APPLIED: Sql = Sql { doing: DOING, text: migrate::APPLIED };
const RECORD: Sql = Sql { doing: DOING, text: migrate::RECORD };

/// Applies the migrations that the database lacks, all or none.
pub(super) async fn migrate(dialer: &Dialer) -> Result<()> {
    pool::once(dialer, |session| {
        session.batch(DOING, migrate::HISTORY)?;
        session.begin(Begin::Change);
        session.batch(DOING, LOCK)?;
        apply(session)?;
        session.commit()
    })
    .await
}

/// Refuses a database that lacks any.
pub(super) async fn check(dialer: &Dialer) -> Result<()> {
    pool::once(dialer, |session| {
        session.begin(Begin::Alone);
        migrate::up_to_date(migrate::POSTGRES, &applied(session)?)
    })
    .await
}

fn applied(session: &Session) -> Result<Vec<(i64, String)>> {
    let mut applied = Vec::new();
    session.each(APPLIED, &[], |cells| {
        let mut row = Row::of_cells(cells);
        applied.push((row.of("schema_migration").int()?, row.string()?));
        Ok(())
    })?;
    Ok(applied)
}

fn apply(session: &Session) -> Result<()> {
    for migration in migrate::missing(migrate::POSTGRES, &applied(session)?)? {
        session.batch(DOING, migration.text)?;
        let checksum = migration.checksum();
        let values = [Val::from(migration.version), Val::from(migration.name), Val::from(&checksum)];
        session.exec(RECORD, &values)?;
    }
    Ok(())
}
