-- The first shape of a group's database.
--
-- Records are JSON documents; the columns beside the body are the ones by which they are found.
-- Moments are milliseconds since 1970 UTC.

-- The data of apps. A row of `cell` stays when the data is erased: versions never run backwards.
CREATE TABLE cells (
    id        INTEGER PRIMARY KEY,
    app       TEXT NOT NULL,               -- empty when the cell was erased and waits for compaction
    name      TEXT NOT NULL,
    version   INTEGER NOT NULL,            -- counts the commits that wrote to the cell
    compacted INTEGER NOT NULL,            -- views older than this lack deletion marks
    bytes     INTEGER NOT NULL CHECK (bytes >= 0),
    UNIQUE (app, name)
) STRICT;

-- Rows and deletion marks (neither value nor blob).
CREATE TABLE items (
    cell    INTEGER NOT NULL REFERENCES cells (id),
    space   TEXT NOT NULL,
    key     TEXT NOT NULL,
    value   BLOB,
    blob    TEXT,                          -- SHA-256 of a value that is kept as a blob
    bytes   INTEGER NOT NULL,              -- of the value, wherever it lies
    version INTEGER NOT NULL,              -- the version of the cell that wrote it
    changed INTEGER NOT NULL,
    PRIMARY KEY (cell, space, key)
) STRICT;
CREATE INDEX items_by_version ON items (cell, version);
CREATE INDEX items_marks ON items (cell, version) WHERE value IS NULL AND blob IS NULL;

-- What accounts have used. `day` counts from 1970; -1 is for totals.
CREATE TABLE counters (
    account TEXT NOT NULL,
    axis    TEXT NOT NULL,
    day     INTEGER NOT NULL,
    used    INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (account, axis, day)
) STRICT, WITHOUT ROWID;

-- Blobs that nothing named when they were last looked at, and since when.
CREATE TABLE unused_blobs (
    hash  TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One table a kind of record, all of one shape.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_by_owner ON accounts (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX accounts_by_due ON accounts (due, id) WHERE due IS NOT NULL;

CREATE TABLE apps (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX apps_by_owner ON apps (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX apps_by_due ON apps (due, id) WHERE due IS NOT NULL;

CREATE TABLE releases (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX releases_by_owner ON releases (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX releases_by_due ON releases (due, id) WHERE due IS NOT NULL;

CREATE TABLE grants (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX grants_by_owner ON grants (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX grants_by_due ON grants (due, id) WHERE due IS NOT NULL;

CREATE TABLE wants (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX wants_by_owner ON wants (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX wants_by_due ON wants (due, id) WHERE due IS NOT NULL;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_owner ON sessions (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX sessions_by_due ON sessions (due, id) WHERE due IS NOT NULL;

CREATE TABLE tokens (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX tokens_by_owner ON tokens (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX tokens_by_due ON tokens (due, id) WHERE due IS NOT NULL;

CREATE TABLE invitations (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX invitations_by_owner ON invitations (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX invitations_by_due ON invitations (due, id) WHERE due IS NOT NULL;

CREATE TABLE schedules (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX schedules_by_owner ON schedules (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX schedules_by_due ON schedules (due, id) WHERE due IS NOT NULL;

CREATE TABLE effects (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX effects_by_owner ON effects (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX effects_by_due ON effects (due, id) WHERE due IS NOT NULL;

CREATE TABLE receipts (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX receipts_by_owner ON receipts (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX receipts_by_due ON receipts (due, id) WHERE due IS NOT NULL;

CREATE TABLE answers (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX answers_by_owner ON answers (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX answers_by_due ON answers (due, id) WHERE due IS NOT NULL;

CREATE TABLE logs (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX logs_by_owner ON logs (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX logs_by_due ON logs (due, id) WHERE due IS NOT NULL;

CREATE TABLE usages (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX usages_by_owner ON usages (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX usages_by_due ON usages (due, id) WHERE due IS NOT NULL;

CREATE TABLE notices (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX notices_by_owner ON notices (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX notices_by_due ON notices (due, id) WHERE due IS NOT NULL;

CREATE TABLE audits (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX audits_by_owner ON audits (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX audits_by_due ON audits (due, id) WHERE due IS NOT NULL;

CREATE TABLE secrets (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX secrets_by_owner ON secrets (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX secrets_by_due ON secrets (due, id) WHERE due IS NOT NULL;

CREATE TABLE settings (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX settings_by_owner ON settings (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX settings_by_due ON settings (due, id) WHERE due IS NOT NULL;

CREATE TABLE drafts (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_by_owner ON drafts (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX drafts_by_due ON drafts (due, id) WHERE due IS NOT NULL;

CREATE TABLE nonces (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX nonces_by_owner ON nonces (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX nonces_by_due ON nonces (due, id) WHERE due IS NOT NULL;
