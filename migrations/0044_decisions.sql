-- Decisions: what members were shown, why, and what they made of it.

-- How a programme decides; without a row, as `decisions.Settings` says.
CREATE TABLE decision_setting (
    programme int PRIMARY KEY REFERENCES programme (id),
    holdout_percent smallint NOT NULL CHECK (holdout_percent BETWEEN 0 AND 50),
    plain uuid[] NOT NULL CHECK (cardinality(plain) <= 100)  -- first in the plain list, in order
);

-- What a member was shown together at one placement, and what it was chosen from.
CREATE TABLE slate (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    member uuid NOT NULL,
    placement text NOT NULL CHECK (placement IN ('HOME', 'WATCH', 'AFTER_ACTIVITY', 'EMAIL')),
    chooser text NOT NULL CHECK (chooser IN ('LEARNT', 'RULE', 'PLAIN')),
    model text NOT NULL CHECK (char_length(model) <= 80),  -- '': nobody estimated
    shelf bigint NOT NULL,  -- the version of all offers that it was chosen from
    wanted smallint NOT NULL CHECK (wanted BETWEEN 1 AND 10),
    at timestamptz NOT NULL,
    stays_until timestamptz NOT NULL CHECK (stays_until >= at),  -- until when it is shown again
    candidates jsonb CHECK (jsonb_typeof(candidates) = 'array'),  -- NULL: 90 days later
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX slate_newest ON slate (programme, member, placement, at DESC);
CREATE INDEX slate_kept ON slate (at) WHERE candidates IS NOT NULL;
CREATE INDEX slate_old ON slate (at);

CREATE TABLE decision (
    programme int NOT NULL,
    id uuid NOT NULL,
    slate uuid NOT NULL,
    member uuid NOT NULL,
    placement text NOT NULL CHECK (placement IN ('HOME', 'WATCH', 'AFTER_ACTIVITY', 'EMAIL')),
    position smallint NOT NULL CHECK (position BETWEEN 0 AND 9),
    item text NOT NULL CHECK (char_length(item) BETWEEN 1 AND 80),
    subject uuid NOT NULL,  -- the offer or the treat
    about text[] NOT NULL CHECK (cardinality(about) <= 50),  -- what a refusal makes weaker
    -- Without it nothing that is learnt from this row can be proved.
    propensity double precision NOT NULL CHECK (propensity > 0 AND propensity <= 1),
    value double precision NOT NULL,
    p double precision NOT NULL CHECK (p BETWEEN 0 AND 1),
    model text NOT NULL CHECK (char_length(model) <= 80),
    chooser text NOT NULL CHECK (chooser IN ('LEARNT', 'RULE', 'PLAIN')),
    exploring boolean NOT NULL,
    holdout boolean NOT NULL,
    why text NOT NULL CHECK (char_length(why) BETWEEN 1 AND 120),
    features real[] CHECK (cardinality(features) = 20 AND array_position(features, NULL) IS NULL),
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > at),
    seen_at timestamptz,
    answer text CHECK (answer IN ('ACCEPT', 'REFUSE', 'NOT_NOW')),
    answered_at timestamptz,
    taken boolean NOT NULL DEFAULT false,  -- accepted, or handed over at once
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    -- What was answered or taken was seen.
    CHECK (seen_at IS NOT NULL OR (answer IS NULL AND NOT taken)),
    PRIMARY KEY (programme, id),
    CONSTRAINT decision_place UNIQUE (programme, slate, position),
    CONSTRAINT decision_item UNIQUE (programme, slate, item),
    FOREIGN KEY (programme, slate) REFERENCES slate (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX decision_of_member ON decision (programme, member, id DESC);
CREATE INDEX decision_of_subject ON decision (programme, subject, at DESC);
CREATE INDEX decision_seen ON decision (programme, at) WHERE features IS NOT NULL;

-- What is known of a decision, each kind once.
CREATE TABLE decision_answer (
    programme int NOT NULL,
    decision uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('IMPRESSION', 'ACCEPT', 'REFUSE', 'NOT_NOW', 'REDEEMED')),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, decision, kind),
    FOREIGN KEY (programme, decision) REFERENCES decision (programme, id)
);

-- What a member does not want to see for a while, and what they want less of.
CREATE TABLE suppression (
    programme int NOT NULL,
    member uuid NOT NULL,
    item text NOT NULL CHECK (char_length(item) BETWEEN 1 AND 80),
    hidden boolean NOT NULL,  -- false: only less of it
    times smallint NOT NULL CHECK (times > 0),
    until timestamptz NOT NULL,
    PRIMARY KEY (programme, member, item),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX suppression_over ON suppression (until);

-- Counted in sixteen parts, as the sums below, so that not everybody waits for one row.
CREATE TABLE decision_count (
    programme int NOT NULL REFERENCES programme (id),
    item text NOT NULL CHECK (char_length(item) BETWEEN 1 AND 80),
    shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
    chosen bigint NOT NULL DEFAULT 0 CHECK (chosen >= 0),
    seen bigint NOT NULL DEFAULT 0 CHECK (seen >= 0),
    accepted bigint NOT NULL DEFAULT 0 CHECK (accepted >= 0),
    refused bigint NOT NULL DEFAULT 0 CHECK (refused >= 0),
    put_off bigint NOT NULL DEFAULT 0 CHECK (put_off >= 0),
    redeemed bigint NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    PRIMARY KEY (programme, item, shard)
);

-- The sums of the bandit: a of x xT, row by row, and b of x of what was taken.
CREATE TABLE bandit (
    programme int NOT NULL REFERENCES programme (id),
    shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
    n bigint NOT NULL CHECK (n >= 0),  -- decisions that were seen
    taken bigint NOT NULL CHECK (taken >= 0),
    a double precision[] NOT NULL CHECK (cardinality(a) = 400),
    b double precision[] NOT NULL CHECK (cardinality(b) = 20),
    PRIMARY KEY (programme, shard)
) WITH (fillfactor = 40);
-- In the row itself: a row is a page's half, and is written anew by each answer.
ALTER TABLE bandit ALTER COLUMN a SET STORAGE PLAIN;

-- Add one vector to the sums of a part: x xT where it is the first that is known of a decision, and
-- x where it was taken. In one statement, so that the row is held no longer than that.
CREATE FUNCTION learn(
    p_programme int, p_shard smallint, p_x double precision[], p_trial boolean, p_taken boolean
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bandit AS s (programme, shard, n, taken, a, b)
    SELECT p_programme, p_shard, p_trial::int, p_taken::int,
           ARRAY(SELECT CASE WHEN p_trial THEN r.x * c.x ELSE 0 END
                 FROM unnest(p_x) WITH ORDINALITY AS r (x, place)
                 CROSS JOIN unnest(p_x) WITH ORDINALITY AS c (x, place)
                 ORDER BY r.place, c.place),
           ARRAY(SELECT CASE WHEN p_taken THEN e.x ELSE 0 END
                 FROM unnest(p_x) WITH ORDINALITY AS e (x, place) ORDER BY e.place)
    ON CONFLICT (programme, shard) DO UPDATE SET
        n = s.n + excluded.n,
        taken = s.taken + excluded.taken,
        a = ARRAY(SELECT x + y FROM unnest(s.a, excluded.a) WITH ORDINALITY AS e (x, y, place)
                  ORDER BY place),
        b = ARRAY(SELECT x + y FROM unnest(s.b, excluded.b) WITH ORDINALITY AS e (x, y, place)
                  ORDER BY place)
$$;

REVOKE DELETE ON decision_setting, decision_count, bandit FROM laurel_app;
REVOKE UPDATE ON decision_answer FROM laurel_app;

SELECT wall('decision_setting', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('slate', grants => 'SELECT, DELETE');
SELECT wall('decision', grants => 'SELECT, DELETE');
SELECT wall('decision_answer', grants => 'SELECT, DELETE');
SELECT wall('suppression', grants => 'SELECT, DELETE');
SELECT wall('decision_count', grants => 'SELECT');
SELECT shut('bandit');
