//! Which events are wanted, as the commands that read have it in common.

use chrono::{DateTime, Utc};
use events_core::Pattern;
use events_sqlite::Query;

use crate::time;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Which events")]
pub(crate) struct Filters {
    /// Only events of this type; repeated: of any of these types and patterns
    #[arg(short, long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only events of matching types: `*` is one segment, `>` at the end one or more
    #[arg(short, long = "pattern", value_name = "PATTERN")]
    patterns: Vec<Pattern>,
    /// Only events about the entity of this id
    #[arg(short, long, value_name = "ID")]
    entity: Option<String>,
    /// Only events about entities of this type
    #[arg(long, value_name = "TYPE")]
    entity_type: Option<String>,
    /// Only events that happened at this time or later: RFC 3339, or so long ago as in 30s, 10m, 2h, 3d
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    since: Option<DateTime<Utc>>,
    /// Only events that happened before this time; as for --since
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    until: Option<DateTime<Utc>>,
    /// Only events behind this position
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// Of these events only so many of the newest [default: 10 with `tail`, unless --since or --after says where to begin; else all]
    #[arg(short = 'n', long, value_name = "EVENTS")]
    newest: Option<u64>,
}

impl Filters {
    pub(crate) fn query(&self) -> Query {
        let mut query = Query::all();
        for name in &self.types {
            query = query.event_type(name);
        }
        for pattern in &self.patterns {
            query = query.pattern(pattern.clone());
        }
        if let Some(id) = &self.entity {
            query = query.entity(id.as_str());
        }
        if let Some(entity_type) = &self.entity_type {
            query = query.entity_type(entity_type);
        }
        if let Some(time) = self.since {
            query = query.since(time);
        }
        if let Some(time) = self.until {
            query = query.until(time);
        }
        if let Some(position) = self.after {
            query = query.after(position);
        }
        if let Some(events) = self.newest {
            query = query.newest(events);
        }
        query
    }

    /// The same, but only the newest so many, if nothing says where to begin.
    pub(crate) fn query_newest(&self, events: u64) -> Query {
        let is_open = self.newest.is_none() && self.since.is_none() && self.after.is_none();
        if is_open { self.query().newest(events) } else { self.query() }
    }
}
