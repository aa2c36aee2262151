-- Push: what waits to be pushed, to which device, and what became of it.

-- What is to be said. It outlives its rows below, so that an order that comes again is known.
CREATE TABLE push_order (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,  -- the event's
    member uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'points.earned', 'transfer.received', 'challenge.near', 'bonus.offer', 'badge.unlocked',
        'news', 'live')),
    template text NOT NULL CHECK (octet_length(template) BETWEEN 1 AND 64),
    label text CHECK (length(label) BETWEEN 1 AND 50),  -- what push_count goes by
    content jsonb NOT NULL CHECK (pg_column_size(content) <= 4096),
    ordered_at timestamptz NOT NULL,
    send_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > ordered_at AND expires_at > send_at),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX push_order_member ON push_order (programme, member);
CREATE INDEX push_order_expired ON push_order (expires_at);

-- To which devices it still has to go. A row is taken by putting it off for as long as sending may
-- take: whoever dies over it has it taken by another after that.
CREATE TABLE push_waiting (
    programme int NOT NULL,
    id uuid NOT NULL,
    device uuid NOT NULL,
    lane smallint NOT NULL CHECK (lane IN (0, 1)),  -- 1: for many, and behind everything else
    due_at timestamptz NOT NULL,
    parked boolean NOT NULL DEFAULT false,  -- its template is stopped, or what it is part of
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    collapse text CHECK (octet_length(collapse) BETWEEN 1 AND 64),
    alone boolean NOT NULL,  -- the member's other devices are told by themselves
    PRIMARY KEY (programme, id, device),
    FOREIGN KEY (programme, id) REFERENCES push_order (programme, id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE INDEX push_waiting_due ON push_waiting (lane, due_at) WHERE NOT parked;
CREATE INDEX push_waiting_parked ON push_waiting (programme) WHERE parked;
CREATE INDEX push_waiting_device ON push_waiting (device);

-- What will not be sent unless an operator says so.
CREATE TABLE push_dead (
    programme int NOT NULL,
    id uuid NOT NULL,
    device uuid NOT NULL,
    lane smallint NOT NULL CHECK (lane IN (0, 1)),
    attempts smallint NOT NULL CHECK (attempts >= 0),
    alone boolean NOT NULL,
    error text NOT NULL CHECK (length(error) <= 500),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id, device),
    FOREIGN KEY (programme, id) REFERENCES push_order (programme, id) ON DELETE CASCADE
);

-- Templates of which nothing is sent: Firebase refused a message, until it has been mended; or they
-- are held by whoever orders them.
CREATE TABLE push_stopped (
    programme int NOT NULL REFERENCES programme (id),
    template text NOT NULL CHECK (octet_length(template) BETWEEN 1 AND 64),
    held boolean NOT NULL,
    error text CHECK (length(error) <= 500),
    at timestamptz NOT NULL,
    CHECK (held OR error IS NOT NULL),
    PRIMARY KEY (programme, template)
);

-- Devices that have been told too much at once, and until when they are told nothing.
CREATE TABLE push_quiet (
    programme int NOT NULL REFERENCES programme (id),
    device uuid NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (programme, device)
);
CREATE INDEX push_quiet_until ON push_quiet (until);

-- What became of the pushes of one label.
CREATE TABLE push_count (
    programme int NOT NULL REFERENCES programme (id),
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 50),
    ordered bigint NOT NULL DEFAULT 0 CHECK (ordered >= 0),
    sent bigint NOT NULL DEFAULT 0 CHECK (sent >= 0),
    gone bigint NOT NULL DEFAULT 0 CHECK (gone >= 0),
    expired bigint NOT NULL DEFAULT 0 CHECK (expired >= 0),
    dead bigint NOT NULL DEFAULT 0 CHECK (dead >= 0),
    PRIMARY KEY (programme, label)
);

SELECT wall('push_order');
SELECT wall('push_waiting');
SELECT wall('push_dead');
SELECT wall('push_stopped');
SELECT wall('push_quiet');
SELECT wall('push_count', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON push_count FROM laurel_app;
