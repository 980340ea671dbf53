BEGIN TRANSACTION;
CREATE TABLE log (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    key       BLOB NOT NULL,              -- 32 random bytes, with which the fingerprints of ids are made
    pruned    INTEGER NOT NULL DEFAULT 0, -- events up to this position were removed
    heads_at  INTEGER NOT NULL DEFAULT 0  -- the table heads is true as of this position
) STRICT;
INSERT INTO log VALUES(1,X'2488d3fa4a5faee6192dccbc5d01f1a68fe6eb90851c7ea6b3f1ef35c7c3774b',0,0);
CREATE TABLE types (
    type  INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO types VALUES(1,'probe.sampled');
INSERT INTO types VALUES(2,'com.example.Pushed');
CREATE TABLE entities (
    entity       INTEGER PRIMARY KEY,
    entity_type  TEXT NOT NULL,
    entity_id    TEXT NOT NULL,
    source       TEXT NOT NULL,           -- empty where it is /<entity type>/<entity id>
    UNIQUE (entity_id, entity_type, source)
) STRICT;
INSERT INTO entities VALUES(1,'probe','probe-0','');
INSERT INTO entities VALUES(2,'probe','probe-1','');
INSERT INTO entities VALUES(3,'probe','probe-2','');
INSERT INTO entities VALUES(4,'probe','probe-3','');
INSERT INTO entities VALUES(5,'probe','probe-4','');
INSERT INTO entities VALUES(6,'probe','probe-5','');
INSERT INTO entities VALUES(7,'probe','probe-6','');
INSERT INTO entities VALUES(8,'','','https://example.com/repository');
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
INSERT INTO events VALUES(1,X'a8fa6375c373820e80348b9344a17ddd',1,1,1,0,1000000,1451676428,'{"specversion":"1.0","id":"a8fa6375-c373-820e-8034-8b9344a17ddd","type":"probe.sampled","source":"/probe/probe-0","subject":"probe-0","time":"1970-01-01T00:00:01Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":1}}');
INSERT INTO events VALUES(2,X'09b7b9eac67683b881d5e9f1b031977b',1,2,1,0,2000000,3757556202,'{"specversion":"1.0","id":"09b7b9ea-c676-83b8-81d5-e9f1b031977b","type":"probe.sampled","source":"/probe/probe-1","subject":"probe-1","time":"1970-01-01T00:00:02Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":2}}');
INSERT INTO events VALUES(3,X'b3693d4d184c87288160464f6128df3f',1,3,1,0,3000000,2821882453,'{"specversion":"1.0","id":"b3693d4d-184c-8728-8160-464f6128df3f","type":"probe.sampled","source":"/probe/probe-2","subject":"probe-2","time":"1970-01-01T00:00:03Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":3}}');
INSERT INTO events VALUES(4,X'0c090ce7e90383a69c2933176855fd67',1,4,1,0,4000000,580353363,'{"specversion":"1.0","id":"0c090ce7-e903-83a6-9c29-33176855fd67","type":"probe.sampled","source":"/probe/probe-3","subject":"probe-3","time":"1970-01-01T00:00:04Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":4}}');
INSERT INTO events VALUES(5,X'cba4114fcf088f1e83332d5685aa9759',1,5,1,0,5000000,748999418,'{"specversion":"1.0","id":"cba4114f-cf08-8f1e-8333-2d5685aa9759","type":"probe.sampled","source":"/probe/probe-4","subject":"probe-4","time":"1970-01-01T00:00:05Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":5}}');
INSERT INTO events VALUES(6,X'2edbbd56b9d0894a84f8fca8e55fd427',1,6,1,0,6000000,710640158,'{"specversion":"1.0","id":"2edbbd56-b9d0-894a-84f8-fca8e55fd427","type":"probe.sampled","source":"/probe/probe-5","subject":"probe-5","time":"1970-01-01T00:00:06Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":6}}');
INSERT INTO events VALUES(7,X'c0ec29ba62b38e8a89c556e4694d9fbf',1,7,1,0,7000000,2315022633,'{"specversion":"1.0","id":"c0ec29ba-62b3-8e8a-89c5-56e4694d9fbf","type":"probe.sampled","source":"/probe/probe-6","subject":"probe-6","time":"1970-01-01T00:00:07Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":7}}');
INSERT INTO events VALUES(8,X'210ea61553398ce89474938c025626b8',1,1,2,1,8000000,798574019,'{"specversion":"1.0","id":"210ea615-5339-8ce8-9474-938c025626b8","type":"probe.sampled","source":"/probe/probe-0","subject":"probe-0","time":"1970-01-01T00:00:08Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":8}}');
INSERT INTO events VALUES(9,X'da4bb5f896088158a352c8d4425cceb6',1,2,2,2,9000000,614645735,'{"specversion":"1.0","id":"da4bb5f8-9608-8158-a352-c8d4425cceb6","type":"probe.sampled","source":"/probe/probe-1","subject":"probe-1","time":"1970-01-01T00:00:09Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":9}}');
INSERT INTO events VALUES(10,X'8bac688e99868cf1b7043a9cd830c6e2',1,3,2,3,10000000,1124287422,'{"specversion":"1.0","id":"8bac688e-9986-8cf1-b704-3a9cd830c6e2","type":"probe.sampled","source":"/probe/probe-2","subject":"probe-2","time":"1970-01-01T00:00:10Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":10}}');
INSERT INTO events VALUES(11,X'8b50b17974b287369ee1b43301b0a8a9',1,4,2,4,11000000,603267520,'{"specversion":"1.0","id":"8b50b179-74b2-8736-9ee1-b43301b0a8a9","type":"probe.sampled","source":"/probe/probe-3","subject":"probe-3","time":"1970-01-01T00:00:11Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":11}}');
INSERT INTO events VALUES(12,X'59a1f67301f48c5684537ae9df500e5d',1,5,2,5,12000000,4128659990,'{"specversion":"1.0","id":"59a1f673-01f4-8c56-8453-7ae9df500e5d","type":"probe.sampled","source":"/probe/probe-4","subject":"probe-4","time":"1970-01-01T00:00:12Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":12}}');
INSERT INTO events VALUES(13,X'c90480f0cfc88d979d7c549936ce4357',1,6,2,6,13000000,2866236783,'{"specversion":"1.0","id":"c90480f0-cfc8-8d97-9d7c-549936ce4357","type":"probe.sampled","source":"/probe/probe-5","subject":"probe-5","time":"1970-01-01T00:00:13Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":13}}');
INSERT INTO events VALUES(14,X'2564f2e01ea68f058f9041a241ff7ec3',1,7,2,7,14000000,1965641495,'{"specversion":"1.0","id":"2564f2e0-1ea6-8f05-8f90-41a241ff7ec3","type":"probe.sampled","source":"/probe/probe-6","subject":"probe-6","time":"1970-01-01T00:00:14Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":14}}');
INSERT INTO events VALUES(15,X'70f44496ee148425b03a1eb6c500ec10',1,1,3,8,15000000,3257490382,'{"specversion":"1.0","id":"70f44496-ee14-8425-b03a-1eb6c500ec10","type":"probe.sampled","source":"/probe/probe-0","subject":"probe-0","time":"1970-01-01T00:00:15Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":15}}');
INSERT INTO events VALUES(16,X'cbcdf8f38d4284259fa093f3c0e7cb78',1,2,3,9,16000000,4109064501,'{"specversion":"1.0","id":"cbcdf8f3-8d42-8425-9fa0-93f3c0e7cb78","type":"probe.sampled","source":"/probe/probe-1","subject":"probe-1","time":"1970-01-01T00:00:16Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":16}}');
INSERT INTO events VALUES(17,X'b95bcda0cdba8470a987326822f4000d',1,3,3,10,17000000,3926729372,'{"specversion":"1.0","id":"b95bcda0-cdba-8470-a987-326822f4000d","type":"probe.sampled","source":"/probe/probe-2","subject":"probe-2","time":"1970-01-01T00:00:17Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":17}}');
INSERT INTO events VALUES(18,X'2355e4611d5b8557b6e5f1d0b1026b89',1,4,3,11,18000000,2716107238,'{"specversion":"1.0","id":"2355e461-1d5b-8557-b6e5-f1d0b1026b89","type":"probe.sampled","source":"/probe/probe-3","subject":"probe-3","time":"1970-01-01T00:00:18Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":18}}');
INSERT INTO events VALUES(19,X'9d636518dd2984c385912ac06642be54',1,5,3,12,19000000,1209528044,'{"specversion":"1.0","id":"9d636518-dd29-84c3-8591-2ac06642be54","type":"probe.sampled","source":"/probe/probe-4","subject":"probe-4","time":"1970-01-01T00:00:19Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":19}}');
INSERT INTO events VALUES(20,X'882bb9f4cfa789f393b65f94a62bccab',1,6,3,13,20000000,3055297910,'{"specversion":"1.0","id":"882bb9f4-cfa7-89f3-93b6-5f94a62bccab","type":"probe.sampled","source":"/probe/probe-5","subject":"probe-5","time":"1970-01-01T00:00:20Z","datacontenttype":"application/json","entitytype":"probe","eventversion":1,"data":{"n":20}}');
INSERT INTO events VALUES(21,'7',2,8,1,0,NULL,1632845986,'{"specversion":"1.0","id":"7","source":"https://example.com/repository","type":"com.example.Pushed"}');
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
CREATE TABLE heads (
    entity   INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,
    last     INTEGER NOT NULL
) STRICT;
CREATE TABLE consumers (
    name      TEXT PRIMARY KEY,
    position  INTEGER NOT NULL
) STRICT;
INSERT INTO consumers VALUES('reader',5);
CREATE TABLE snapshots (
    name      TEXT NOT NULL,
    entity    INTEGER NOT NULL,
    format    INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    state     TEXT NOT NULL,
    PRIMARY KEY (name, entity)
) STRICT;
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
COMMIT;
