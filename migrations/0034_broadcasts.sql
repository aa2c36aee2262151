-- Broadcasts: news for many members, told at a pace.

CREATE TABLE broadcast (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    audience text NOT NULL CHECK (audience IN ('ALL', 'SEGMENT', 'TIER')),
    of_label text CHECK (length(of_label) BETWEEN 1 AND 80),  -- which segment or tier
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object' AND texts <> '{}'),
    pace int NOT NULL CHECK (pace BETWEEN 1 AND 600000),  -- members a minute
    state text NOT NULL CHECK (state IN (
        'DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED', 'DONE', 'CANCELLED')),
    created_at timestamptz NOT NULL,
    starts_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    -- The pace is kept from here: so many had been told then.
    paced_at timestamptz,
    paced bigint NOT NULL DEFAULT 0 CHECK (paced >= 0),
    -- Everybody up to this member, in the order of their ids, has been told.
    reached uuid,
    told bigint NOT NULL DEFAULT 0 CHECK (told >= paced),
    pushed bigint NOT NULL DEFAULT 0 CHECK (pushed BETWEEN 0 AND told),
    CHECK ((audience = 'ALL') = (of_label IS NULL)),
    CHECK ((state = 'SCHEDULED') <= (starts_at IS NOT NULL)),
    CHECK ((state IN ('RUNNING', 'PAUSED', 'DONE')) <= (started_at IS NOT NULL)),
    CHECK ((state = 'RUNNING') <= (paced_at IS NOT NULL)),
    CHECK ((state IN ('DONE', 'CANCELLED')) = (ended_at IS NOT NULL)),
    PRIMARY KEY (programme, id)
);
CREATE INDEX broadcast_going ON broadcast (state) WHERE state IN ('SCHEDULED', 'RUNNING');

SELECT wall('broadcast', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON broadcast FROM laurel_app;

-- The members of a segment or a tier, in the order of their ids: a page at a time.
CREATE INDEX member_label_reached ON member_label (programme, kind, name, member);
DROP INDEX member_label_name;

-- What was told by one broadcast, for its report.
CREATE INDEX inbox_item_broadcast ON inbox_item (programme, (refs ->> 'broadcast'))
    WHERE refs ? 'broadcast';
