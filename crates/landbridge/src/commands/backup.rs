//! `landbridge backup`: a consistent copy of a database that is in use.

use store::Target;

use super::restore::sound;
use crate::cli;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Writes it beside its place first, so that a file of that name is always a whole one.
pub fn run(asked: &cli::Backup, place: &Place) -> Result<(), Failure> {
    if let Target::Postgres(_) = place.settings()?.target()? {
        return Err(Failure::usage(
            "a database at a PostgreSQL server is copied by the server's own programs",
        )
        .hint("pg_dump makes a consistent copy while servers run: see docs/operations.md"));
    }
    let file = &asked.file;
    let part = file.with_added_extension("part");
    for path in [file, &part] {
        if path.exists() {
            return Err(Failure::refused(format!("{path:?} is there already"))
                .hint("name another file, or move that one away"));
        }
    }
    let desk = Desk::open(place)?;
    let copied = desk.ask(desk.store.copy_to(&part)).and_then(|()| sound(&part)).and_then(|()| {
        std::fs::rename(&part, file)
            .map_err(|error| Failure::new(format!("could not name the copy {file:?}")).because(error))
    });
    if copied.is_err() {
        // What there is of it is of no use; that it may not be there is fine.
        let _ = std::fs::remove_file(&part);
    }
    copied?;
    output::print(&format!(
        "{} is a whole copy. The master key is not in it: keep {} too, elsewhere.\n",
        file.display(),
        desk.settings.data.join("master.key").display(),
    ))
}
