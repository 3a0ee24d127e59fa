//! `landbridge migrate-store`: everything from one database to another.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;
use store::transfer::{self, Moved, Step, TransferError};
use store::{Store, Target};

use crate::cli;
use crate::desk;
use crate::failure::Failure;
use crate::lock;
use crate::output;

/// Moves it.
pub fn run(asked: &cli::MigrateStore) -> Result<(), Failure> {
    let [from, to] = [&asked.from, &asked.to].map(|url| {
        Target::parse(url).map_err(|error| Failure::usage(format!("{url:?} can't be used")).because(error))
    });
    let (from, to) = (from?, to?);
    if from == to {
        return Err(Failure::usage("--from and --to name the same database"));
    }
    let mut locks = Vec::new();
    for target in [&from, &to] {
        if let Target::Sqlite(path) = target {
            if target == &from && !path.exists() {
                return Err(Failure::not_found(format!("there is no database {path:?}")));
            }
            let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            locks.extend(lock::all(folder, target)?);
        }
    }
    let moved = desk::runtime()?.block_on(carry(&from, &to))?;
    output::either(asked.output, || value(&moved), || table(&moved, &to))
}

async fn carry(from: &Target, to: &Target) -> Result<Vec<Moved>, Failure> {
    let cant = |target: &Target| format!("the database {target} can't be used");
    let source = Store::attach(from, desk::mint()).await.map_err(|e| Failure::of_store(cant(from), e))?;
    let target = Store::open_to_fill(to, desk::mint()).await.map_err(|e| Failure::of_store(cant(to), e))?;
    let moved = transfer::transfer(&source, &target, tell).await.map_err(explained);
    source.close().await;
    target.close().await;
    moved
}

/// One line that is written over, and one that stays for each table.
fn tell(step: Step) {
    let line = match step {
        Step::Copied { table, n_rows, n_all } => format!("\r{table}: {n_rows} of {n_all} rows"),
        Step::Checked { table, n_rows } => format!("\r{table}: {n_rows} rows, the same on both sides\n"),
    };
    // Nobody may be reading.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

fn explained(error: TransferError) -> Failure {
    let what = "could not move everything";
    match error {
        TransferError::Store { side, source } => {
            Failure::of_store(format!("{what}: the {side} failed"), source)
        }
        TransferError::Nothing => Failure::refused(what).because(error),
        TransferError::NotEmpty => {
            Failure::refused(what).because(error).hint("name a database that is empty, or does not exist yet")
        }
        TransferError::Another => Failure::refused(what)
            .because(error)
            .hint("name another database, or drop that one and make it anew"),
        TransferError::Columns { .. } => Failure::new(what)
            .because(error)
            .hint("start `landbridge serve` of this version once on the source: it brings it up to date"),
        TransferError::Differs { .. } => Failure::new(what).because(error).hint(
            "something wrote to one of them meanwhile: end every server, empty the target, and begin anew",
        ),
    }
}

fn value(moved: &[Moved]) -> serde_json::Value {
    let tables: Vec<_> = moved
        .iter()
        .map(
            |Moved { table, n_rows, checksum }| json!({ "table": table, "rows": n_rows, "sha256": checksum }),
        )
        .collect();
    json!({ "tables": tables })
}

fn table(moved: &[Moved], to: &Target) -> String {
    let rows: Vec<[String; 3]> = moved
        .iter()
        .map(|moved| [moved.table.to_owned(), moved.n_rows.to_string(), moved.checksum[..16].to_owned()])
        .collect();
    let url = match to {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(_) => to.to_string(),
    };
    format!(
        "{}\nNow start: landbridge serve --data THE-SAME-FOLDER --database {url}\n",
        output::rows(["TABLE", "ROWS", "SHA-256"], &rows)
    )
}
