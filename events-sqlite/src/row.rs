//! Rows as they are read.

use rusqlite::{
    Row, ToSql,
    types::{FromSqlError, ToSqlOutput, ValueRef},
};

use crate::ids::RecordId;

pub(crate) fn read_id(row: &Row<'_>, column: usize) -> rusqlite::Result<RecordId> {
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Blob, Box::new(error));
    match row.get_ref(column)? {
        ValueRef::Blob(bytes) => match bytes.try_into() {
            Ok(bytes) => Ok(RecordId::Uuid(bytes)),
            Err(_) => Err(wrong(FromSqlError::InvalidBlobSize { expected_size: 16, blob_size: bytes.len() })),
        },
        value => Ok(RecordId::Text(value.as_str().map_err(wrong)?.into())),
    }
}

impl ToSql for RecordId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Uuid(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}
