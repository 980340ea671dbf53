//! Names of types and entities as small numbers.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::{entry::EntityName, error::Fault};

/// So many names of each kind are remembered; then they are looked up anew.
const REMEMBERED: usize = 65_536;

/// The numbers that the writer has seen.
#[derive(Debug, Default)]
pub(crate) struct Names {
    types: HashMap<String, u32>,
    entities: HashMap<EntityName, u32>,
}

impl Names {
    /// The number of a type, which is made if there is none.
    pub(crate) fn of_type(&mut self, connection: &Connection, name: &str) -> Result<u32, Fault> {
        if let Some(number) = self.types.get(name) {
            return Ok(*number);
        }
        let known = connection
            .prepare_cached("SELECT type FROM types WHERE name = ?")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        let number = match known {
            Some(number) => number,
            None => connection
                .prepare_cached("INSERT INTO types (name) VALUES (?) RETURNING type")?
                .query_row([name], |row| row.get(0))?,
        };
        bounded(&mut self.types).insert(name.to_owned(), number);
        Ok(number)
    }

    /// The number of an entity, which is made if there is none; and whether it was.
    pub(crate) fn of_entity(&mut self, connection: &Connection, name: &EntityName) -> Result<(u32, bool), Fault> {
        if let Some(number) = self.entities.get(name) {
            return Ok((*number, false));
        }
        // One way through the index, whether it is there or not.
        let made = connection
            .prepare_cached("INSERT OR IGNORE INTO entities (entity_type, entity_id, source) VALUES (?, ?, ?)")?
            .execute((&*name.entity_type, &*name.entity_id, &*name.source))?;
        if made == 1 {
            let number = u32::try_from(connection.last_insert_rowid());
            let number = number.map_err(|_| Fault::corrupt("there are too many entities"))?;
            bounded(&mut self.entities).insert(name.clone(), number);
            return Ok((number, true));
        }
        let number = self.find_entity(connection, name)?;
        Ok((number.ok_or_else(|| Fault::corrupt("an entity is there, and is not"))?, false))
    }

    /// The number of an entity, if it has one.
    pub(crate) fn find_entity(&mut self, connection: &Connection, name: &EntityName) -> Result<Option<u32>, Fault> {
        if let Some(number) = self.entities.get(name) {
            return Ok(Some(*number));
        }
        let number = connection
            .prepare_cached("SELECT entity FROM entities WHERE entity_id = ? AND entity_type = ? AND source = ?")?
            .query_row((&*name.entity_id, &*name.entity_type, &*name.source), |row| row.get(0))
            .optional()?;
        if let Some(number) = number {
            bounded(&mut self.entities).insert(name.clone(), number);
        }
        Ok(number)
    }
}

fn bounded<K, V>(names: &mut HashMap<K, V>) -> &mut HashMap<K, V> {
    if names.len() >= REMEMBERED {
        names.clear();
    }
    names
}

/// What the number of an entity stands for.
pub(crate) fn entity_name(connection: &Connection, entity: u32) -> Result<EntityName, Fault> {
    connection
        .prepare_cached("SELECT entity_type, entity_id, source FROM entities WHERE entity = ?")?
        .query_row([entity], |row| {
            Ok(EntityName {
                entity_type: row.get::<_, String>(0)?.into(),
                entity_id: row.get::<_, String>(1)?.into(),
                source: row.get::<_, String>(2)?.into(),
            })
        })
        .optional()?
        .ok_or_else(|| Fault::corrupt(format!("there is no entity of number {entity}")))
}
