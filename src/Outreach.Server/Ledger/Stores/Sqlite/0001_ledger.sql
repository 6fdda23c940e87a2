-- The log itself: a row for each commit, never changed. Everything else can be computed from it.
CREATE TABLE segments (
    position INTEGER PRIMARY KEY,   -- the commit's place, from 1, without gaps
    committed_at INTEGER NOT NULL,  -- ticks of 100 ns since 1970, by the server's clock
    facts INTEGER NOT NULL,         -- how many it holds
    directory BLOB NOT NULL,        -- outreach.ledger.storage.v1.SegmentDirectory
    payload BLOB NOT NULL           -- the appends' facts, JSON arrays one after the other
) STRICT;

-- Each stream's last version and the hash of its chain there: what an append must find as it expects it.
CREATE TABLE heads (
    stream_no INTEGER PRIMARY KEY,
    stream TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- Where each append's facts are, up to the watermark.
CREATE TABLE segment_index (
    stream_no INTEGER NOT NULL,
    first_version INTEGER NOT NULL,
    count INTEGER NOT NULL,
    position INTEGER NOT NULL,
    payload_offset INTEGER NOT NULL,
    payload_length INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    occurred_from INTEGER NOT NULL, -- the largest number where nothing is told of
    occurred_to INTEGER NOT NULL,   -- the smallest number where nothing is told of
    PRIMARY KEY (stream_no, first_version)
) STRICT, WITHOUT ROWID;

-- Which facts carry a key, up to the watermark.
CREATE TABLE fact_keys (
    stream_no INTEGER NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (stream_no, key, version)
) STRICT, WITHOUT ROWID;

-- The last position that the two tables above hold.
CREATE TABLE watermark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
) STRICT;
INSERT INTO watermark (id, position) VALUES (1, 0);

-- A stream's state at a version, to begin a replay from: a cache.
CREATE TABLE snapshots (
    stream TEXT PRIMARY KEY,
    form INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;

-- What was promised and is not kept yet.
CREATE TABLE due (
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    wake_at INTEGER NOT NULL,       -- when its keeper is to be told next
    attempts INTEGER NOT NULL,      -- how often it was told
    PRIMARY KEY (stream, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_wake ON due (wake_at);

-- The declarations that the tables of views were made from.
CREATE TABLE view_shapes (
    name TEXT PRIMARY KEY,
    shape TEXT NOT NULL
) STRICT;
