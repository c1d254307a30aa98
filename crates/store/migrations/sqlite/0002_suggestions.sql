-- What people suggest to the authors of the apps they forked.
CREATE TABLE suggestions (
    id TEXT PRIMARY KEY, owner TEXT, name TEXT UNIQUE, due INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX suggestions_by_owner ON suggestions (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX suggestions_by_due ON suggestions (due, id) WHERE due IS NOT NULL;
