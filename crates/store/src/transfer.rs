//! Everything of one database, moved into another, whatever the two engines are.
//!
//! Tables are copied in the order in which they refer to each other, each along its key, a page in
//! a transaction. So an interrupted transfer is gone on with: what a table holds so far says where.
//! Until it is finished the target carries a mark, and no server opens it. In the end both sides
//! are read once more, and every table has to have the same rows: by number and by checksum.
//!
//! Nobody else may write to either side meanwhile.

mod tables;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::Store;
use crate::engine::{Kept, MARK, Row, Sql, Tx, Val};
use crate::error::{Error, Result};
use tables::{TABLES, Table};

/// Rows that are read and written at once.
const PAGE: usize = 500;
/// Rows that one statement writes.
const TOGETHER: usize = 50;

// Not among the statements that tests prepare: the mark's table is there only meanwhile.
const BEGIN: Sql = Sql {
    doing: "mark the database as unfinished",
    text: "CREATE TABLE unfinished_transfer (source TEXT NOT NULL)",
};
const NOTE: Sql = Sql {
    doing: "mark the database as unfinished",
    text: "INSERT INTO unfinished_transfer (source) VALUES ($1)",
};
const NOTED: Sql =
    Sql { doing: "read whose copy it is to be", text: "SELECT source FROM unfinished_transfer" };
const END: Sql = Sql { doing: "take the mark away", text: "DROP TABLE unfinished_transfer" };
const FIRST: Sql =
    Sql { doing: "read the first organization", text: "SELECT id FROM org ORDER BY id LIMIT 1" };

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows of a table have been written.
    Copied {
        /// The table.
        table: &'static str,
        /// Its rows at the target.
        n_rows: u64,
        /// Its rows at the source.
        n_all: u64,
    },
    /// A table was found to be the same on both sides.
    Checked {
        /// The table.
        table: &'static str,
        /// Its rows.
        n_rows: u64,
    },
}

/// What a finished transfer moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The table.
    pub table: &'static str,
    /// Its rows.
    pub n_rows: u64,
    /// The SHA-256 of its rows in the order of their key, in hexadecimal.
    pub checksum: String,
}

/// Why a transfer does not come to its end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TransferError {
    /// One of the two databases does not do what it should.
    #[error("the {side} failed")]
    Store {
        /// Which.
        side: &'static str,
        /// What it says.
        source: Error,
    },
    /// There is nothing to move.
    #[error("the source has no organization: there is nothing to move")]
    Nothing,
    /// The target is in use already.
    #[error("the target has data of its own")]
    NotEmpty,
    /// The target holds a part of something else.
    #[error("the target holds an unfinished transfer of another source")]
    Another,
    /// The two schemas are not the same.
    #[error("table {table} does not have the same columns on both sides")]
    Columns {
        /// The table.
        table: &'static str,
    },
    /// A table came out different.
    #[error(
        "table {table} has {n_from} rows at the source and {n_to} at the target, or other values in them"
    )]
    Differs {
        /// The table.
        table: &'static str,
        /// Its rows at the source.
        n_from: u64,
        /// Its rows at the target.
        n_to: u64,
    },
}

fn at_source(source: Error) -> TransferError {
    TransferError::Store { side: "source", source }
}

fn at_target(source: Error) -> TransferError {
    TransferError::Store { side: "target", source }
}

/// One row, value by value.
type Line = Vec<Kept>;

/// A table with its statements, as they are for its columns.
#[derive(Clone, Copy)]
struct Work {
    table: &'static Table,
    n_columns: usize,
    /// Where in a row the key is.
    key: &'static [usize],
    first: Sql,
    next: Sql,
    last_key: Sql,
    count: Sql,
    insert: Sql,
    insert_many: Sql,
    clear: Sql,
}

/// A statement that lives as long as the program: there are a few for each table, and a transfer is
/// made once.
fn sql(doing: &'static str, text: String) -> Sql {
    Sql { doing, text: text.leak() }
}

impl Work {
    fn new(table: &'static Table, columns: &[String]) -> Self {
        let Table { name, key, .. } = table;
        let list = columns.join(", ");
        let keys = key.join(", ");
        let marks: Vec<String> = (1..=key.len()).map(|n| format!("${n}")).collect();
        let from = format!("SELECT {list} FROM {name}");
        let order = format!("ORDER BY {keys} LIMIT {PAGE}");
        let newest: Vec<String> = key.iter().map(|column| format!("{column} DESC")).collect();
        let values = |n_rows: usize| {
            let row = |nth: usize| {
                let marks: Vec<String> =
                    (1..=columns.len()).map(|n| format!("${}", nth * columns.len() + n)).collect();
                format!("({})", marks.join(", "))
            };
            let rows: Vec<String> = (0..n_rows).map(row).collect();
            format!("INSERT INTO {name} ({list}) VALUES {}", rows.join(", "))
        };
        let places: Vec<usize> =
            key.iter().filter_map(|key| columns.iter().position(|column| column == key)).collect();
        Self {
            table,
            n_columns: columns.len(),
            key: places.leak(),
            first: sql("read a table", format!("{from} {order}")),
            next: sql("read a table", format!("{from} WHERE ({keys}) > ({}) {order}", marks.join(", "))),
            last_key: sql(
                "look how far a table is",
                format!("SELECT {keys} FROM {name} ORDER BY {} LIMIT 1", newest.join(", ")),
            ),
            count: sql("count a table", format!("SELECT count(*) FROM {name}")),
            insert: sql("write a table", values(1)),
            insert_many: sql("write a table", values(TOGETHER)),
            clear: sql("empty a table", format!("DELETE FROM {name}")),
        }
    }

    /// The rows that follow a key.
    async fn page(self, store: &Store, after: Option<Arc<Line>>) -> Result<Vec<Line>> {
        store
            .read(move |tx| {
                let read = |row: &mut Row<'_>| {
                    row.of(self.table.name);
                    (0..self.n_columns).map(|_| row.kept()).collect()
                };
                match &after {
                    None => tx.all(self.first, &[], read),
                    Some(key) => {
                        let values: Vec<Val<'_>> = key.iter().map(Kept::val).collect();
                        tx.all(self.next, &values, read)
                    }
                }
            })
            .await
    }

    /// The key of a row.
    fn key_of(self, line: &Line) -> Arc<Line> {
        Arc::new(self.key.iter().filter_map(|at| line.get(*at).cloned()).collect())
    }

    async fn write(self, store: &Store, lines: Vec<Line>) -> Result<()> {
        store.write(move |tx| self.insert(tx, &lines)).await
    }

    fn insert(self, tx: &mut Tx<'_>, lines: &[Line]) -> Result<()> {
        for chunk in lines.chunks(TOGETHER) {
            let (sql, each) =
                if chunk.len() == TOGETHER { (self.insert_many, TOGETHER) } else { (self.insert, 1) };
            for rows in chunk.chunks(each) {
                let values: Vec<Val<'_>> = rows.iter().flatten().map(Kept::val).collect();
                tx.exec(sql, &values)?;
            }
        }
        Ok(())
    }

    async fn count(self, store: &Store) -> Result<u64> {
        store.read(move |tx| tx.count(self.count, &[])).await
    }

    /// Where the target's rows end.
    async fn reached(self, store: &Store) -> Result<Option<Arc<Line>>> {
        let n_keys = self.key.len();
        store
            .read(move |tx| {
                tx.one(self.last_key, &[], |row| {
                    row.of(self.table.name);
                    (0..n_keys).map(|_| row.kept()).collect::<Result<Line>>()
                })
            })
            .await
            .map(|key| key.map(Arc::new))
    }

    /// How many rows a table has, and the sum over them.
    async fn sum(self, store: &Store) -> Result<(u64, [u8; 32])> {
        let (mut n_rows, mut sum, mut after) = (0, Sha256::new(), None);
        loop {
            let lines = self.page(store, after.take()).await?;
            for line in &lines {
                line.iter().for_each(|value| value.feed(&mut |bytes| sum.update(bytes)));
            }
            n_rows += lines.len() as u64;
            match lines.last() {
                Some(line) if lines.len() == PAGE => after = Some(self.key_of(line)),
                Some(_) | None => return Ok((n_rows, sum.finalize().into())),
            }
        }
    }
}

/// Moves everything of `from` into `to`, which is empty or holds the beginning of the same; `told`
/// hears how far it is.
pub async fn transfer(
    from: &Store,
    to: &Store,
    mut told: impl FnMut(Step),
) -> std::result::Result<Vec<Moved>, TransferError> {
    let works = works(from, to).await?;
    begin(from, to, &works).await?;
    for work in &works {
        copy(*work, from, to, &mut told).await?;
    }
    let mut moved = Vec::with_capacity(works.len());
    for work in &works {
        let (n_rows, sum) = work.sum(from).await.map_err(at_source)?;
        let (n_to, other) = work.sum(to).await.map_err(at_target)?;
        let table = work.table.name;
        if (n_rows, sum) != (n_to, other) {
            return Err(TransferError::Differs { table, n_from: n_rows, n_to });
        }
        told(Step::Checked { table, n_rows });
        let checksum = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        moved.push(Moved { table, n_rows, checksum });
    }
    finish(to).await.map_err(at_target)?;
    Ok(moved)
}

async fn works(from: &Store, to: &Store) -> std::result::Result<Vec<Work>, TransferError> {
    let mut works = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let columns = from.read(|tx| tx.columns(table.name)).await.map_err(at_source)?;
        if columns != to.read(|tx| tx.columns(table.name)).await.map_err(at_target)? {
            return Err(TransferError::Columns { table: table.name });
        }
        works.push(Work::new(table, &columns));
    }
    Ok(works)
}

/// Marks the target, unless it carries this source's mark already.
async fn begin(from: &Store, to: &Store, works: &[Work]) -> std::result::Result<(), TransferError> {
    let first = |tx: &mut Tx<'_>| tx.one(FIRST, &[], |row| row.of("org").string());
    let source = from.read(first).await.map_err(at_source)?.ok_or(TransferError::Nothing)?;
    if to.read(|tx| tx.marked()).await.map_err(at_target)? {
        let noted = |tx: &mut Tx<'_>| tx.one(NOTED, &[], |row| row.of(MARK).string());
        let noted = to.read(noted).await.map_err(at_target)?;
        return if noted == Some(source) { Ok(()) } else { Err(TransferError::Another) };
    }
    if to.read(first).await.map_err(at_target)?.is_some() {
        return Err(TransferError::NotEmpty);
    }
    // What a new schema begins with is moved like everything else.
    let works = works.to_vec();
    let begun = to.write(move |tx| {
        works.iter().rev().try_for_each(|work| tx.exec(work.clear, &[]).map(|_| ()))?;
        tx.exec(BEGIN, &[])?;
        tx.exec(NOTE, &[Val::Text(&source)]).map(|_| ())
    });
    begun.await.map_err(at_target)
}

async fn copy(
    work: Work,
    from: &Store,
    to: &Store,
    told: &mut impl FnMut(Step),
) -> std::result::Result<(), TransferError> {
    let table = work.table.name;
    let n_all = work.count(from).await.map_err(at_source)?;
    let mut n_rows = work.count(to).await.map_err(at_target)?;
    let mut after = work.reached(to).await.map_err(at_target)?;
    told(Step::Copied { table, n_rows, n_all });
    loop {
        let lines = work.page(from, after.take()).await.map_err(at_source)?;
        let Some(last) = lines.last() else { return Ok(()) };
        after = Some(work.key_of(last));
        n_rows += lines.len() as u64;
        work.write(to, lines).await.map_err(at_target)?;
        told(Step::Copied { table, n_rows, n_all });
    }
}

/// Lets new rows be numbered after those that were moved, and takes the mark away.
async fn finish(to: &Store) -> Result<()> {
    for table in TABLES.iter().filter(|table| table.numbered) {
        let last = sql("read a table's last number", format!("SELECT max(seq) FROM {}", table.name));
        to.write(move |tx| {
            let last = tx.one(last, &[], |row| row.of(table.name).int_opt())?.flatten();
            tx.number_on(table.name, last.unwrap_or(0) + 1)
        })
        .await?;
    }
    to.write(|tx| tx.exec(END, &[]).map(|_| ())).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::IdMint;

    use super::*;
    use crate::Target;

    #[tokio::test]
    async fn every_table_is_moved_and_each_after_those_it_refers_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = Target::Sqlite(folder.path().join("test.db"));
        let store = Store::open(&target, IdMint::new([1; 5], 0)).await.expect("opens");
        let all = |text: &'static str| {
            let sql = Sql { doing: "look", text };
            store.read(move |tx| tx.all(sql, &[], |row| row.string()))
        };
        let there =
            all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migration' \
             AND name NOT LIKE 'sqlite_%'");
        let there: BTreeSet<String> = there.await.expect("read").into_iter().collect();
        let moved: BTreeSet<String> = TABLES.iter().map(|table| table.name.to_owned()).collect();
        assert_eq!(moved, there);

        let mut before = BTreeSet::new();
        for table in TABLES {
            let name = table.name;
            let refers = Sql { doing: "look", text: "SELECT \"table\" FROM pragma_foreign_key_list($1)" };
            let refers = store.read(move |tx| tx.all(refers, &[Val::Text(name)], |row| row.string()));
            for other in refers.await.expect("read") {
                assert!(before.contains(&other), "{name} is moved before {other}");
            }
            before.insert(name.to_owned());
            let keys = Sql {
                doing: "look",
                text: "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk",
            };
            let keys = store.read(move |tx| tx.all(keys, &[Val::Text(name)], |row| row.string()));
            assert_eq!(keys.await.expect("read"), table.key, "{name}");
        }
    }
}
