-- The first answer to each idempotency key, kept in the transaction that did what it says.
-- A key is a UUIDv7, so its time bits say when it is too old to be asked again and may go.
CREATE TABLE answer (
    programme int NOT NULL,
    owner uuid NOT NULL,  -- the member; before somebody has joined, an id made from the token
    key uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    answer jsonb,  -- NULL only inside the transaction that is still finding it
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, owner, key)
) WITH (fillfactor = 90);
CREATE INDEX answer_age ON answer (key);
