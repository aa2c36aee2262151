-- Sessions that were ended before their tokens did: a phone was lost, somebody signed out. Kept by
-- identity, so that a merge, which takes identities along, takes these along too.
CREATE TABLE member_signout (
    programme int NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    -- What the issuer calls the session; empty: every one that began at `ended_at` or before.
    session text NOT NULL CHECK (char_length(session) <= 320),
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (programme, issuer, subject, session),
    FOREIGN KEY (programme, issuer, subject)
        REFERENCES member_identity (programme, issuer, subject) ON DELETE CASCADE
);
SELECT wall('member_signout');

-- Files that were imported, by what is in them: the same file again is the same import, and one
-- that was interrupted goes on behind the rows it has read.
CREATE TABLE import_run (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('MEMBERS', 'TRANSACTIONS', 'BALANCES')),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    state text NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'REFUSED')),
    rows_read int NOT NULL DEFAULT 0,
    rows_done int NOT NULL DEFAULT 0,
    rows_known int NOT NULL DEFAULT 0,  -- somebody had imported them before
    rows_refused int NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state = 'RUNNING') = (ended_at IS NULL)),
    CHECK (rows_read = rows_done + rows_known + rows_refused),
    PRIMARY KEY (programme, id),
    CONSTRAINT import_once UNIQUE (programme, kind, digest)
);
SELECT wall('import_run');

-- What was wrong with a row; the first of each import, as many as anybody reads.
CREATE TABLE import_fault (
    programme int NOT NULL,
    run uuid NOT NULL,
    number int NOT NULL CHECK (number > 0),
    field text NOT NULL,  -- the column; empty: the row as a whole
    code text NOT NULL,
    message text NOT NULL CHECK (char_length(message) <= 200),
    PRIMARY KEY (programme, run, number, field),
    FOREIGN KEY (programme, run) REFERENCES import_run (programme, id)
);
SELECT wall('import_fault');

-- Another system's name of a transaction, and the posting it became: never twice.
CREATE TABLE import_transaction (
    programme int NOT NULL,
    ref text NOT NULL CHECK (char_length(ref) BETWEEN 1 AND 128),
    posting uuid NOT NULL,
    run uuid NOT NULL,
    PRIMARY KEY (programme, ref),
    FOREIGN KEY (programme, run) REFERENCES import_run (programme, id)
);
SELECT wall('import_transaction', grants => 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON import_transaction FROM laurel_app;
