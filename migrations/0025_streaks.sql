-- Days and weeks in a row.

CREATE TABLE streak (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    description text NOT NULL CHECK (char_length(description) <= 500),
    cadence text NOT NULL CHECK (cadence IN ('DAILY', 'WEEKLY')),
    -- It never changes: two periods of a member end as far apart as they are long, so long as both
    -- have the same grace.
    grace_hours smallint NOT NULL CHECK (grace_hours BETWEEN 0 AND 72),
    first_day date NOT NULL,
    last_day date CHECK (last_day >= first_day),
    -- [{"since": the first day, "terms": the terms from then on}, ...], the oldest first.
    versions jsonb NOT NULL CHECK (jsonb_array_length(versions) BETWEEN 1 AND 50),
    created_at timestamptz NOT NULL,
    -- What members did before it was defined is counted by a job: up to this member so far.
    catching_up boolean NOT NULL,
    caught_up_to uuid,
    PRIMARY KEY (programme, id),
    CONSTRAINT streak_week_begins_on_monday CHECK (
        cadence = 'DAILY' OR (
            extract(isodow FROM first_day) = 1 AND (last_day IS NULL OR extract(isodow FROM last_day) = 7)
        )
    ),
    CHECK (grace_hours <= 24 OR cadence = 'WEEKLY')
);
CREATE INDEX streak_catching_up ON streak (programme, id) WHERE catching_up;

-- Another one with each change of a programme's streaks: what a process has read of them is good
-- for as long as this is the same.
CREATE TABLE streak_stamp (
    programme int PRIMARY KEY REFERENCES programme (id),
    stamp uuid NOT NULL
);

-- What there is of each part of a period: a sum of one metric, or how many activities there are of
-- each day or partner where different ones are counted. Sums of changes, written with the member
-- held; below zero while what a change takes out has not been counted yet, until a job has. The
-- facts that are summed, and what is made of the sums, have the foreign keys.
CREATE TABLE streak_amount (
    programme int NOT NULL,
    member uuid NOT NULL,
    streak uuid NOT NULL,
    period date NOT NULL,
    early boolean NOT NULL,  -- in the first hours, which the period before may need
    part text NOT NULL CHECK (char_length(part) <= 120),
    amount bigint NOT NULL,
    PRIMARY KEY (programme, member, streak, period, early, part)
) WITH (fillfactor = 85);

-- A member's streak: all of its periods, and what came of them.
CREATE TABLE streak_keeping (
    programme int NOT NULL,
    member uuid NOT NULL,
    streak uuid NOT NULL,
    first date NOT NULL,
    marks bytea NOT NULL CHECK (length(marks) <= 20000),  -- a byte for each period from the first
    closed date NOT NULL,
    bought date[] NOT NULL CHECK (cardinality(bought) <= 5000),
    length int NOT NULL CHECK (length >= 0),
    best int NOT NULL CHECK (best >= length),
    freezes int NOT NULL CHECK (freezes >= 0),
    rolls_at timestamptz,
    PRIMARY KEY (programme, member, streak),
    CONSTRAINT streak_only_rolls_with_length CHECK (rolls_at IS NULL OR length > 0),
    FOREIGN KEY (programme, streak) REFERENCES streak (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
) WITH (fillfactor = 85);
CREATE INDEX streak_keeping_rolls ON streak_keeping (rolls_at) WHERE rolls_at IS NOT NULL;

-- Points that a member paid; the id is also that of the ledger's posting.
CREATE TABLE streak_purchase (
    programme int NOT NULL,
    id uuid NOT NULL,
    streak uuid NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('FREEZE', 'REPAIR')),
    periods date[] NOT NULL CHECK (cardinality(periods) BETWEEN 1 AND 31),
    points bigint NOT NULL CHECK (points > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    CONSTRAINT streak_one_freeze CHECK (kind = 'REPAIR' OR cardinality(periods) = 1),
    FOREIGN KEY (programme, streak) REFERENCES streak (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX streak_purchase_member ON streak_purchase (programme, member, streak);

-- What milestones gave. `turn` counts how often one and the same was given anew, after it had been
-- taken back.
CREATE TABLE streak_reward (
    programme int NOT NULL,
    member uuid NOT NULL,
    streak uuid NOT NULL,
    length int NOT NULL CHECK (length > 0),
    time int NOT NULL CHECK (time > 0),
    turn int NOT NULL CHECK (turn > 0),
    points bigint NOT NULL CHECK (points >= 0),
    posting uuid CHECK ((posting IS NULL) = (points = 0)),
    badge text,
    level smallint,
    badge_grant uuid CHECK ((badge_grant IS NULL) = (badge IS NULL)),
    at timestamptz NOT NULL,
    undone_at timestamptz,
    returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND points),
    PRIMARY KEY (programme, member, streak, length, time, turn),
    CHECK (undone_at IS NOT NULL OR returned = 0),
    FOREIGN KEY (programme, streak) REFERENCES streak (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
-- One of them stands at a time.
CREATE UNIQUE INDEX streak_reward_stands ON streak_reward (programme, member, streak, length, time)
    WHERE undone_at IS NULL;

REVOKE DELETE ON streak, streak_purchase, streak_reward FROM laurel_app;

-- Operators define streaks, and export and erase what is kept of a member.
SELECT wall('streak', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('streak_stamp', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('streak_amount', grants => 'SELECT, DELETE');
SELECT wall('streak_keeping', grants => 'SELECT, DELETE');
SELECT wall('streak_purchase', grants => 'SELECT');
SELECT wall('streak_reward', grants => 'SELECT');
