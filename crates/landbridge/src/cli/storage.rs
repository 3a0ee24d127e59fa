//! Commands that move whole databases.

use std::path::PathBuf;

use clap::Args;

use super::Form;

pub(super) const BACKUP_MORE: &str = "\
The copy is what the database was at one moment: whole, checked, and on disk when the command ends.
A server may run meanwhile, and waits for nothing. The master key is not in it: without that key,
API keys in a restored database open nothing, so keep it too, elsewhere.

PostgreSQL has its own programs for this; docs/operations.md shows them.

Examples:
  landbridge backup /backups/landbridge-$(date +%F).db
  landbridge backup --data /var/lib/landbridge monday.db";

pub(super) const RESTORE_MORE: &str = "\
No server may run. A database that is there is kept beside the new one, as FILE.before-restore, and
only with --replace. Peerings go on from where they stood when the backup was made.

Examples:
  landbridge restore /backups/landbridge-2026-11-24.db
  landbridge restore --data /var/lib/landbridge --replace monday.db";

pub(super) const MIGRATE_MORE: &str = "\
End every server of both databases first. The target is empty, or holds what an earlier run of the
same has moved: then it goes on there. Until all is moved no server opens the target. In the end
every table is read once more on both sides and compared, by number of rows and by checksum; the
source is left as it was.

Then start `landbridge serve` with the same data folder, which holds the master key, and
--database with the target.

Examples:
  landbridge migrate-store --from sqlite:landbridge-data/landbridge.db \\
      --to postgres://landbridge@db.example/landbridge
  landbridge migrate-store --from postgres://db.example/landbridge --to sqlite:one-node.db";

/// `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write. One that is there is refused.
    pub file: PathBuf,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// A file that `landbridge backup` wrote.
    pub file: PathBuf,
    /// Put it in place of a database that is there.
    #[arg(long)]
    pub replace: bool,
}

/// `migrate-store`.
#[derive(Debug, Args)]
pub struct MigrateStore {
    /// The database to move, as sqlite:PATH or postgres://USER@HOST/DATABASE.
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// Where to.
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// How to show what was moved. How far it is goes to standard error.
    #[arg(long, value_enum, default_value = "table", value_name = "FORM")]
    pub output: Form,
}
