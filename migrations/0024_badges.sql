-- Badges: what members earn by rule, by a challenge or from an operator, and what of it they have
-- shared with the world as an Open Badges credential.

-- Another version after each change of a programme's badges: whoever compiled them looks again.
-- Random, so that no two databases ever mean different things by the same one.
CREATE TABLE badge_catalogue (
    programme int PRIMARY KEY REFERENCES programme (id),
    version uuid NOT NULL,
    rarity_at timestamptz  -- when it was last counted who has what
);

CREATE TABLE badge (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    key text NOT NULL CHECK (key ~ '^[a-z0-9](-?[a-z0-9])*$' AND char_length(key) BETWEEN 2 AND 40),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    description text NOT NULL
        CHECK (char_length(description) BETWEEN 1 AND 500 AND description !~ '[\x01-\x1f\x7f]'),
    levels text[] NOT NULL
        CHECK (cardinality(levels) BETWEEN 1 AND 5 AND array_position(levels, NULL) IS NULL),
    secret boolean NOT NULL,
    kept boolean NOT NULL,  -- for ever: also when what earned it is gone
    -- The rule; all NULL for a badge that is only ever given. A rule never changes.
    metric text,
    filter jsonb,
    period text CHECK (period IN ('LIFETIME', 'MONTH', 'DAY', 'ACTIVITY')),
    thresholds bigint[],
    -- Only activities between these local days count; NULL: all before, or all since. The last
    -- one is set when the badge is retired, so that what came before stays exact.
    first_day date,
    last_day date,
    -- What there was before the badge is counted member by member: the last one done; NULL: all.
    filled_after uuid,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (programme, id),
    CONSTRAINT badge_key UNIQUE (programme, key),
    CHECK (num_nulls(metric, filter, period, thresholds) IN (0, 4)),
    CHECK (metric IS NOT NULL OR num_nonnulls(first_day, last_day, filled_after) = 0),
    CHECK (metric NOT IN ('DAYS', 'PARTNERS') OR period IN ('LIFETIME', 'MONTH')),
    CHECK (metric <> 'COUNT' OR period <> 'ACTIVITY'),
    CHECK (cardinality(thresholds) = cardinality(levels) AND thresholds[1] > 0
           AND array_position(thresholds, NULL) IS NULL
           AND (thresholds[2] IS NULL OR thresholds[2] > thresholds[1])
           AND (thresholds[3] IS NULL OR thresholds[3] > thresholds[2])
           AND (thresholds[4] IS NULL OR thresholds[4] > thresholds[3])
           AND (thresholds[5] IS NULL OR thresholds[5] > thresholds[4]))
);
CREATE INDEX badge_filling ON badge (programme, id) WHERE filled_after IS NOT NULL;
REVOKE DELETE ON badge, badge_catalogue FROM laurel_app;

-- How far a member is by a rule in one stretch of time: the sum, or for ACTIVITY the largest one.
-- No foreign keys here and below: these are sums of facts, which have theirs, for badges that are
-- never deleted, and looking both up for each row took longer than writing it.
CREATE TABLE badge_tally (
    programme int NOT NULL,
    member uuid NOT NULL,
    badge uuid NOT NULL,
    bucket date NOT NULL,  -- the day, the month's first day, or 1970-01-01 where time is no matter
    amount bigint NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (programme, member, badge, bucket)
) WITH (fillfactor = 90);

-- For what counts different days or partners: how many activities stand for each of them.
CREATE TABLE badge_part (
    programme int NOT NULL,
    member uuid NOT NULL,
    badge uuid NOT NULL,
    bucket date NOT NULL,
    part text NOT NULL,
    activities int NOT NULL CHECK (activities >= 0),
    PRIMARY KEY (programme, member, badge, bucket, part)
) WITH (fillfactor = 90);

-- One reason for which a member has a level of a badge. The highest that any living one gives is
-- the level that they have.
CREATE TABLE badge_grant (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    badge uuid NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    origin text NOT NULL CHECK (origin IN ('RULE', 'REWARD', 'OPERATOR')),
    given_at timestamptz NOT NULL,
    evidence jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
    operator uuid,
    reason text CHECK (char_length(reason) BETWEEN 1 AND 500),
    ended_at timestamptz,
    ended_why text CHECK (ended_why IN ('FACTS', 'REWARD', 'OPERATOR', 'ERASURE')),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, badge) REFERENCES badge (programme, id),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL)),
    CHECK (origin <> 'OPERATOR' OR num_nulls(operator, reason) = 0)
);
CREATE INDEX badge_grant_held ON badge_grant (programme, member, badge, level)
    WHERE ended_at IS NULL;
CREATE INDEX badge_grant_newest ON badge_grant (programme, member, given_at DESC, id DESC);
CREATE INDEX badge_grant_holders ON badge_grant (programme, badge, level, member)
    WHERE ended_at IS NULL;

-- How many have a level or a higher one, as counted at `at`.
CREATE TABLE badge_rarity (
    programme int NOT NULL,
    badge uuid NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    holders int NOT NULL CHECK (holders >= 0),
    members int NOT NULL CHECK (members >= 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, badge, level),
    FOREIGN KEY (programme, badge) REFERENCES badge (programme, id)
);

-- What a programme signs credentials with. Nobody behind the wall has any use for it.
CREATE TABLE badge_issuer (
    programme int PRIMARY KEY REFERENCES programme (id),
    seed bytea NOT NULL CHECK (length(seed) = 32),  -- of an Ed25519 key
    shared bigint NOT NULL DEFAULT 0 CHECK (shared >= 0),  -- credentials so far
    created_at timestamptz NOT NULL
);
REVOKE UPDATE, DELETE ON badge_issuer FROM laurel_app;
GRANT UPDATE (shared) ON badge_issuer TO laurel_app;

-- A level of a badge that a member has shared. A row stays for ever, for its place in the status
-- list; what names anybody goes when sharing ends.
CREATE TABLE badge_credential (
    programme int NOT NULL REFERENCES badge_issuer (programme),
    id uuid NOT NULL,
    member uuid,
    badge uuid NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    place bigint NOT NULL CHECK (place >= 0),  -- in the status lists, one after the other
    token text CHECK (char_length(token) BETWEEN 1 AND 8000),  -- VC-JWT; NULL once revoked
    named boolean NOT NULL,
    shared_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_why text CHECK (revoked_why IN ('UNSHARED', 'LOST', 'ERASURE')),
    PRIMARY KEY (programme, id),
    CONSTRAINT badge_credential_place UNIQUE (programme, place),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, badge) REFERENCES badge (programme, id),
    CHECK ((revoked_at IS NULL) = (revoked_why IS NULL)),
    CHECK ((revoked_at IS NULL) = (token IS NOT NULL)),
    CHECK (revoked_at IS NOT NULL OR member IS NOT NULL)
);
CREATE UNIQUE INDEX badge_credential_live ON badge_credential (programme, member, badge, level)
    WHERE revoked_at IS NULL;
CREATE INDEX badge_credential_member ON badge_credential (programme, member, shared_at, id);
REVOKE DELETE ON badge_credential FROM laurel_app;

SELECT wall('badge_catalogue', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('badge', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('badge_tally');
SELECT wall('badge_part');
SELECT wall('badge_grant');
SELECT wall('badge_rarity', grants => 'SELECT');
SELECT shut('badge_issuer');
SELECT wall('badge_credential', grants => 'SELECT, UPDATE');
