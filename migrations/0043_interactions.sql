-- Interactions: what members did with what, for those who recommend.

-- What members do something with, by its key, such as offer:<uuid> or activity:RUNNING. Numbers
-- are small and of fixed width, which keys are not.
CREATE TABLE item (
    programme int NOT NULL REFERENCES programme (id),
    number int GENERATED ALWAYS AS IDENTITY,
    key text NOT NULL
        CHECK (char_length(key) BETWEEN 3 AND 80 AND key ~ '^[a-z]{1,20}:[^\x01-\x20\x7f]+$'),
    PRIMARY KEY (programme, number),
    CONSTRAINT item_key UNIQUE (programme, key)
);

-- No column may be NULL and none varies in width: a binary COPY of them has rows of fifty bytes
-- each, which training reads as one array (decision 0032). The id is a UUIDv7 of `at`, so that a
-- member's newest are the last of the key; the key holds all that is ever read.
CREATE TABLE interaction (
    programme int NOT NULL REFERENCES programme (id),
    member uuid NOT NULL,
    item int NOT NULL,
    weight real NOT NULL CHECK (weight > 0 AND weight <= 1000),  -- a NaN is larger than any
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (programme, member, id) INCLUDE (item, weight, at),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, item) REFERENCES item (programme, number)
);
CREATE INDEX interaction_at ON interaction USING brin (at);

REVOKE DELETE, UPDATE ON item FROM laurel_app;
REVOKE UPDATE ON interaction FROM laurel_app;

SELECT wall('item', grants => 'SELECT, INSERT');
SELECT wall('interaction', grants => 'SELECT, INSERT, DELETE');
