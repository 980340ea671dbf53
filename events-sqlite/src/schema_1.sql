-- One row: what holds for the whole log.
CREATE TABLE log (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    key       BLOB NOT NULL,              -- 32 random bytes, with which the fingerprints of ids are made
    pruned    INTEGER NOT NULL DEFAULT 0, -- events up to this position were removed
    heads_at  INTEGER NOT NULL DEFAULT 0  -- the table heads is true as of this position
) STRICT;
INSERT INTO log (one, key) VALUES (1, randomblob(32));

-- Names, so that a record holds small numbers.
CREATE TABLE types (
    type  INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE entities (
    entity       INTEGER PRIMARY KEY,
    entity_type  TEXT NOT NULL,
    entity_id    TEXT NOT NULL,
    source       TEXT NOT NULL,           -- empty where it is /<entity type>/<entity id>
    UNIQUE (entity_id, entity_type, source)
) STRICT;

-- The events, in the order of their positions. Nothing else is indexed here: see blocks and heads.
CREATE TABLE events (
    position  INTEGER PRIMARY KEY,
    id        ANY NOT NULL,               -- the 16 bytes of a UUID, or text
    type      INTEGER NOT NULL,
    entity    INTEGER NOT NULL,
    version   INTEGER NOT NULL,           -- 1, 2, 3 … of the entity
    previous  INTEGER NOT NULL,           -- the position of the entity's event before this one, or 0
    time      INTEGER,                    -- microseconds since 1970
    checksum  INTEGER NOT NULL,           -- CRC-32 of position, version, id and record
    record    TEXT NOT NULL               -- CloudEvents 1.0, structured mode
) STRICT;

-- The columns of a thousand events and more in a row, in the order of their positions.
CREATE TABLE blocks (
    last      INTEGER PRIMARY KEY,
    first     INTEGER NOT NULL,
    earliest  INTEGER,                    -- of the times of these events
    latest    INTEGER,
    types     BLOB NOT NULL,              -- 32 bits each, little-endian
    entities  BLOB NOT NULL               -- the same
) STRICT;
CREATE TABLE id_blocks (
    last          INTEGER PRIMARY KEY,
    first         INTEGER NOT NULL,
    fingerprints  BLOB NOT NULL           -- 64 bits each, little-endian
) STRICT;

-- The last event of each entity as of heads_at; of events after that, the events themselves say it.
CREATE TABLE heads (
    entity   INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,
    last     INTEGER NOT NULL
) STRICT;

-- How far named consumers have come, and what folds have computed.
CREATE TABLE consumers (
    name      TEXT PRIMARY KEY,
    position  INTEGER NOT NULL
) STRICT;
CREATE TABLE snapshots (
    name      TEXT NOT NULL,
    entity    INTEGER NOT NULL,
    format    INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    state     TEXT NOT NULL,
    PRIMARY KEY (name, entity)
) STRICT;

-- For people, with the sqlite3 shell.
CREATE VIEW events_view AS
SELECT
    position,
    json_extract(record, '$.id') AS id,
    types.name AS type,
    entity_type,
    entity_id,
    version,
    json_extract(record, '$.time') AS time,
    json_extract(record, '$.data') AS data
FROM events JOIN types USING (type) JOIN entities USING (entity);
