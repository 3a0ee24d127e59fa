//! Values on their way to the server, and rows on their way back.

use std::error::Error;

use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::Val;
use super::super::row::Cell;

impl ToSql for Val<'_> {
    /// The server says which type it takes a value for. Where it compares one with a literal, that
    /// is a narrower number than a column's.
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if *kind == Type::TEXT => text.to_sql(kind, out),
            Self::Id(id) if *kind == Type::TEXT => id.hex().as_str().to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            Self::Int(_) | Self::Text(_) | Self::Id(_) | Self::Blob(_) => {
                Err(format!("{self:?} can't be given as {kind}").into())
            }
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

/// A row as this engine holds it.
#[derive(Clone, Copy)]
pub(in super::super) struct Cells<'r>(pub(super) &'r Row);

impl<'r> Cells<'r> {
    pub(in super::super) fn cell(self, at: usize) -> Cell<'r> {
        let Some(column) = self.0.columns().get(at) else { return Cell::Other };
        let cell = match *column.type_() {
            Type::INT8 => self.0.try_get::<_, Option<i64>>(at).map(|number| number.map(Cell::Int)),
            Type::INT4 => {
                self.0.try_get::<_, Option<i32>>(at).map(|number| number.map(|n| Cell::Int(n.into())))
            }
            Type::TEXT => self.0.try_get::<_, Option<&str>>(at).map(|text| text.map(Cell::Text)),
            Type::BYTEA => self.0.try_get::<_, Option<&[u8]>>(at).map(|bytes| bytes.map(Cell::Blob)),
            _ => return Cell::Other,
        };
        cell.map_or(Cell::Other, |cell| cell.unwrap_or(Cell::Null))
    }

    pub(in super::super) fn name(self, at: usize) -> String {
        self.0.columns().get(at).map(|column| column.name().to_owned()).unwrap_or_default()
    }
}
