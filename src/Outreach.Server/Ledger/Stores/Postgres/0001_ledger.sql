-- The log itself: a row for each commit, never changed. Everything else can be computed from it.
CREATE TABLE segments (
    position bigint PRIMARY KEY,    -- the commit's place, from 1, without gaps
    committed_at bigint NOT NULL,   -- ticks of 100 ns since 1970, by the server's clock
    facts bigint NOT NULL,          -- how many it holds
    directory bytea NOT NULL,       -- outreach.ledger.storage.v1.SegmentDirectory
    payload bytea NOT NULL          -- the appends' facts, JSON arrays one after the other
);
-- Slices of a payload are read without the rest of it.
ALTER TABLE segments ALTER COLUMN payload SET STORAGE EXTERNAL;

-- The last position. A commit holds the row until it ends: so positions have no gaps, and become visible in their order.
CREATE TABLE commits (
    id integer PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO commits (id, position) VALUES (1, 0);

-- Each stream's last version and the hash of its chain there: what an append must find as it expects it.
CREATE TABLE heads (
    stream_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream text COLLATE "C" NOT NULL UNIQUE,
    version bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);

-- Where each append's facts are, up to the watermark.
CREATE TABLE segment_index (
    stream_no bigint NOT NULL,
    first_version bigint NOT NULL,
    count integer NOT NULL,
    position bigint NOT NULL,
    payload_offset integer NOT NULL,
    payload_length integer NOT NULL,
    recorded_at bigint NOT NULL,
    occurred_from bigint NOT NULL,  -- the largest number where nothing is told of
    occurred_to bigint NOT NULL,    -- the smallest number where nothing is told of
    PRIMARY KEY (stream_no, first_version)
);

-- Which facts carry a key, up to the watermark.
CREATE TABLE fact_keys (
    stream_no bigint NOT NULL,
    key uuid NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (stream_no, key, version)
);

-- The last position that the two tables above hold.
CREATE TABLE watermark (
    id integer PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL
);
INSERT INTO watermark (id, position) VALUES (1, 0);

-- A stream's state at a version, to begin a replay from: a cache.
CREATE TABLE snapshots (
    stream text COLLATE "C" PRIMARY KEY,
    form bigint NOT NULL,
    version bigint NOT NULL,
    hash bytea NOT NULL,
    payload bytea NOT NULL
);

-- What was promised and is not kept yet.
CREATE TABLE due (
    stream text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    due_at bigint NOT NULL,
    wake_at bigint NOT NULL,        -- when its keeper is to be told next
    attempts integer NOT NULL,      -- how often it was told
    PRIMARY KEY (stream, kind, key)
);
CREATE INDEX due_wake ON due (wake_at);

-- The declarations that the tables of views were made from.
CREATE TABLE view_shapes (
    name text PRIMARY KEY,
    shape text NOT NULL
);

-- Moves heads that are as expected to what they become; if any is not, nothing happens and the error OL001 names the
-- streams, one a line. A rebuild keeps it waiting. The planner guesses badly about arrays: with thousands of heads it
-- would rather scan them all than look a few up.
CREATE FUNCTION ledger_move_heads(streams text[], versions bigint[], hashes bytea[], expected bigint[], expected_hashes bytea[])
RETURNS void LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE
    created bigint;
    moved bigint;
    lost text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(5711202601);
    INSERT INTO heads (stream, version, hash)
        SELECT s.stream, s.version, s.hash
        FROM unnest(streams, versions, hashes, expected) AS s(stream, version, hash, expected)
        WHERE s.expected = 0
        ORDER BY s.stream
        ON CONFLICT (stream) DO NOTHING;
    GET DIAGNOSTICS created = ROW_COUNT;
    UPDATE heads AS h SET version = s.version, hash = s.hash
        FROM unnest(streams, versions, hashes, expected, expected_hashes) AS s(stream, version, hash, expected, expected_hash)
        WHERE s.expected > 0 AND h.stream = s.stream AND h.version = s.expected AND h.hash = s.expected_hash;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF created + moved < cardinality(streams) THEN
        SELECT string_agg(s.stream, E'\n') INTO lost
            FROM unnest(streams, versions, hashes) AS s(stream, version, hash)
            WHERE NOT EXISTS (SELECT FROM heads h WHERE h.stream = s.stream AND h.version = s.version AND h.hash = s.hash);
        RAISE EXCEPTION '%', lost USING ERRCODE = 'OL001';
    END IF;
END $$;
