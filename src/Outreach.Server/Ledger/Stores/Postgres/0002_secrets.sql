-- What all nodes must know and nobody else: keys that tokens are signed with. It is in no export of the ledger.
CREATE TABLE secrets (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL,
    retires_at bigint NOT NULL -- ticks of 100 ns since 1970: after it the secret is deleted; the largest number for never
);
