//! A row on its way into the model.

use model::{ObjectId, Timestamp};

use super::{Kept, postgres, sqlite};
use crate::error::{Error, Result};

/// One value of a row, as the engine holds it.
pub(crate) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number, a moment, a flag.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A kind that no column of ours has.
    Other,
}

/// A row, whose ever it is.
#[derive(Clone, Copy)]
pub(super) enum Cells<'r> {
    Sqlite(sqlite::Cells<'r>),
    Postgres(postgres::Cells<'r>),
}

impl<'r> Cells<'r> {
    fn cell(self, at: usize) -> Cell<'r> {
        match self {
            Self::Sqlite(cells) => cells.cell(at),
            Self::Postgres(cells) => cells.cell(at),
        }
    }

    fn name(self, at: usize) -> String {
        match self {
            Self::Sqlite(cells) => cells.name(at),
            Self::Postgres(cells) => cells.name(at),
        }
    }
}

/// A row, read column by column from the left. A value that makes no sense is an
/// [`Error::Inconsistent`] that names its place.
pub(crate) struct Row<'r> {
    cells: Cells<'r>,
    at: usize,
    table: &'static str,
    id_at: usize,
}

impl<'r> Row<'r> {
    /// A row from its first column on, of no table yet.
    pub(super) fn of_cells(cells: Cells<'r>) -> Self {
        Self { cells, at: 0, table: "?", id_at: 0 }
    }

    /// The columns from here on are of that table, and the first of them names the row.
    pub(crate) fn of(&mut self, table: &'static str) -> &mut Self {
        self.table = table;
        self.id_at = self.at;
        self
    }

    /// The column read last makes no sense.
    pub(crate) fn fault(&self) -> Error {
        let id = match self.cells.cell(self.id_at) {
            Cell::Text(text) => text.to_owned(),
            Cell::Int(number) => number.to_string(),
            Cell::Null | Cell::Blob(_) | Cell::Other => String::new(),
        };
        Error::Inconsistent { table: self.table, column: self.cells.name(self.at.saturating_sub(1)), id }
    }

    fn next(&mut self) -> Cell<'r> {
        self.at += 1;
        self.cells.cell(self.at - 1)
    }

    /// Passes a column by.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    /// A value of whatever kind.
    pub(crate) fn kept(&mut self) -> Result<Kept> {
        match self.next() {
            Cell::Null => Ok(Kept::Null),
            Cell::Int(number) => Ok(Kept::Int(number)),
            Cell::Text(text) => Ok(Kept::Text(text.to_owned())),
            Cell::Blob(bytes) => Ok(Kept::Blob(bytes.to_owned())),
            Cell::Other => Err(self.fault()),
        }
    }

    /// A number, or nothing.
    pub(crate) fn int_opt(&mut self) -> Result<Option<i64>> {
        match self.next() {
            Cell::Int(number) => Ok(Some(number)),
            Cell::Null => Ok(None),
            Cell::Text(_) | Cell::Blob(_) | Cell::Other => Err(self.fault()),
        }
    }

    /// A number.
    pub(crate) fn int(&mut self) -> Result<i64> {
        self.int_opt()?.ok_or_else(|| self.fault())
    }

    /// A number that fits its kind.
    pub(crate) fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        T::try_from(self.int()?).map_err(|_| self.fault())
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self) -> Result<bool> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.fault()),
        }
    }

    /// A moment.
    pub(crate) fn time(&mut self) -> Result<Timestamp> {
        self.int().map(Timestamp::from_micros)
    }

    /// A moment, or nothing.
    pub(crate) fn time_opt(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.int_opt()?.map(Timestamp::from_micros))
    }

    /// A text, or nothing.
    pub(crate) fn text_opt(&mut self) -> Result<Option<&'r str>> {
        match self.next() {
            Cell::Text(text) => Ok(Some(text)),
            Cell::Null => Ok(None),
            Cell::Int(_) | Cell::Blob(_) | Cell::Other => Err(self.fault()),
        }
    }

    /// A text.
    pub(crate) fn text(&mut self) -> Result<&'r str> {
        self.text_opt()?.ok_or_else(|| self.fault())
    }

    /// A text, owned.
    pub(crate) fn string(&mut self) -> Result<String> {
        self.text().map(str::to_owned)
    }

    /// A text, owned, or nothing.
    pub(crate) fn string_opt(&mut self) -> Result<Option<String>> {
        Ok(self.text_opt()?.map(str::to_owned))
    }

    /// Bytes.
    pub(crate) fn blob(&mut self) -> Result<&'r [u8]> {
        match self.next() {
            Cell::Blob(bytes) => Ok(bytes),
            Cell::Null | Cell::Int(_) | Cell::Text(_) | Cell::Other => Err(self.fault()),
        }
    }

    /// An id.
    pub(crate) fn id<T: From<ObjectId>>(&mut self) -> Result<T> {
        self.parse(|text| text.parse::<ObjectId>().ok()).map(T::from)
    }

    /// What a text means.
    pub(crate) fn parse<T>(&mut self, meaning: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        meaning(self.text()?).ok_or_else(|| self.fault())
    }

    /// What a text means, or nothing.
    pub(crate) fn parse_opt<T>(&mut self, meaning: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
        match self.text_opt()? {
            Some(text) => meaning(text).map(Some).ok_or_else(|| self.fault()),
            None => Ok(None),
        }
    }
}
