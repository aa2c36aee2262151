-- Inbox: what members were told, and what they made of it.

-- One row a member: the lock under which items are numbered, and what is counted of them.
CREATE TABLE inbox (
    programme int NOT NULL,
    member uuid NOT NULL,
    last bigint NOT NULL DEFAULT 0 CHECK (last >= 0),  -- the newest item's number
    cleared bigint NOT NULL DEFAULT 0 CHECK (cleared BETWEEN 0 AND last),  -- the last one's that is gone
    unread int NOT NULL DEFAULT 0 CHECK (unread BETWEEN 0 AND last),
    closed boolean NOT NULL DEFAULT false,  -- of somebody who was erased: nothing comes any more
    CHECK (NOT closed OR unread = 0),
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX inbox_full ON inbox (programme, member) WHERE last - cleared > 2000;

-- Numbered 1, 2, 3 for each member without a gap, in the order of the commits.
CREATE TABLE inbox_item (
    programme int NOT NULL,
    member uuid NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    id uuid NOT NULL,  -- of the event that it tells of
    topic text NOT NULL CHECK (topic ~ '^[A-Z_]{1,32}$'),
    key text NOT NULL CHECK (key ~ '^[a-z][a-z_.]{0,63}$'),
    args jsonb NOT NULL CHECK (jsonb_typeof(args) = 'object' AND octet_length(args::text) <= 4096),
    title text CHECK (char_length(title) BETWEEN 1 AND 200),
    body text CHECK (char_length(body) BETWEEN 1 AND 2000),
    refs jsonb NOT NULL CHECK (jsonb_typeof(refs) = 'object' AND octet_length(refs::text) <= 1024),
    at timestamptz NOT NULL,  -- when it happened
    read_at timestamptz,
    archived_at timestamptz,
    CHECK (archived_at IS NULL OR read_at IS NOT NULL),
    CHECK ((title IS NULL) = (body IS NULL)),
    PRIMARY KEY (programme, member, number),
    CONSTRAINT inbox_item_once UNIQUE (programme, id),
    FOREIGN KEY (programme, member) REFERENCES inbox (programme, member)
);
CREATE INDEX inbox_item_unread ON inbox_item (programme, member, number) WHERE read_at IS NULL;
CREATE INDEX inbox_item_archived ON inbox_item (programme, member, number)
    WHERE archived_at IS NOT NULL;
CREATE INDEX inbox_item_oldest ON inbox_item (at);

-- What became of a message on the first device that told, once: an interest is in a message, and
-- somebody with two devices has not two.
CREATE TABLE inbox_receipt (
    programme int NOT NULL,
    member uuid NOT NULL,
    number bigint NOT NULL,
    device uuid,
    kind text NOT NULL CHECK (kind IN ('DELIVERED', 'OPENED', 'DISMISSED')),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, number, kind),
    FOREIGN KEY (programme, member, number) REFERENCES inbox_item (programme, member, number)
        ON DELETE CASCADE
);

-- What a member made of messages of one topic: what later chooses which to send.
CREATE TABLE interest (
    programme int NOT NULL,
    member uuid NOT NULL,
    topic text NOT NULL CHECK (topic ~ '^[A-Z_]{1,32}$'),
    delivered int NOT NULL DEFAULT 0 CHECK (delivered >= 0),
    opened int NOT NULL DEFAULT 0 CHECK (opened >= 0),
    dismissed int NOT NULL DEFAULT 0 CHECK (dismissed >= 0),
    delivered_at timestamptz,
    opened_at timestamptz,
    dismissed_at timestamptz,
    CHECK ((delivered > 0) = (delivered_at IS NOT NULL)),
    CHECK ((opened > 0) = (opened_at IS NOT NULL)),
    CHECK ((dismissed > 0) = (dismissed_at IS NOT NULL)),
    PRIMARY KEY (programme, member, topic),
    FOREIGN KEY (programme, member) REFERENCES inbox (programme, member)
);

-- Whatever the code forgets: what was told stays what was told.
REVOKE UPDATE ON inbox_item, inbox_receipt FROM laurel_app;
GRANT UPDATE (read_at, archived_at) ON inbox_item TO laurel_app;
REVOKE DELETE ON inbox FROM laurel_app;

SELECT wall('inbox', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('inbox_item', grants => 'SELECT, INSERT, DELETE');
SELECT wall('inbox_receipt', grants => 'SELECT, INSERT, DELETE');
SELECT wall('interest');
GRANT UPDATE (read_at, archived_at) ON inbox_item TO laurel_walled;
