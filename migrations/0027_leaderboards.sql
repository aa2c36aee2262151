-- Boards: who did most of something in a window of time. The rows of board_score are the truth;
-- Valkey only knows their order.

-- Another version whenever what counts changes, so that a process knows its copy to be old.
CREATE TABLE board_version (
    programme int PRIMARY KEY REFERENCES programme (id),
    version uuid NOT NULL
);

CREATE TABLE board (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    measure text NOT NULL CHECK (measure IN ('COUNT', 'DISTANCE', 'DURATION', 'ELEVATION', 'ENERGY',
        'STEPS', 'POINTS', 'DAYS', 'PARTNERS', 'PROGRESS')),
    filter jsonb NOT NULL,
    span text NOT NULL CHECK (span IN ('DAY', 'WEEK', 'MONTH', 'SEASON', 'ALL_TIME')),
    first_day date,
    last_day date,
    zone text NOT NULL,  -- the programme's when the board was made: its windows never move
    scope text NOT NULL CHECK (scope IN ('PROGRAMME', 'FRIENDS', 'CHALLENGE', 'TEAM', 'CITY', 'COHORT')),
    challenge uuid,
    expiring boolean NOT NULL,  -- points leave when their time to live is over
    cutoff_hours smallint NOT NULL CHECK (cutoff_hours BETWEEN 0 AND 168),
    prizes jsonb NOT NULL,
    divisions text[] NOT NULL,  -- from the lowest to the highest; empty: no league
    promoted smallint NOT NULL CHECK (promoted BETWEEN 0 AND 25),
    demoted smallint NOT NULL CHECK (demoted BETWEEN 0 AND 25),
    idle_max smallint NOT NULL CHECK (idle_max BETWEEN 1 AND 52),
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    CHECK ((span = 'SEASON') = (first_day IS NOT NULL)),
    CHECK ((first_day IS NULL) = (last_day IS NULL)),
    CHECK (last_day >= first_day),
    CHECK ((scope = 'COHORT') = (cardinality(divisions) > 0)),
    CHECK (scope <> 'COHORT' OR span IN ('WEEK', 'MONTH') AND cutoff_hours <= 24),
    CHECK (scope NOT IN ('CHALLENGE', 'TEAM') AND measure <> 'PROGRESS' OR challenge IS NOT NULL),
    CHECK (NOT expiring OR measure = 'POINTS'),
    PRIMARY KEY (programme, id)
);

-- One window of a board. Whoever counts holds its row shared; whoever closes it, alone.
CREATE TABLE board_cycle (
    programme int NOT NULL,
    board uuid NOT NULL,
    starts_on date NOT NULL,
    ends_at timestamptz,  -- NULL: never
    closes_at timestamptz,  -- from then on nothing changes it; NULL: never
    counts_from timestamptz,  -- what was earned before has expired; NULL: all counts
    -- Up to this member all were counted anew; NULL: there is nothing to count anew.
    recounted uuid,
    dealt_at timestamptz,  -- since when members of a league have their cohorts
    closed_at timestamptz,
    places int CHECK (places >= 0),
    hash bytea CHECK (length(hash) = 32),
    CHECK (closes_at >= ends_at),
    CHECK ((ends_at IS NULL) = (closes_at IS NULL)),
    CHECK (num_nulls(closed_at, places, hash) IN (0, 3)),
    CHECK (closed_at >= closes_at),
    PRIMARY KEY (programme, board, starts_on),
    FOREIGN KEY (programme, board) REFERENCES board (programme, id)
);
CREATE INDEX board_cycle_due ON board_cycle (closes_at) WHERE closed_at IS NULL;
CREATE INDEX board_cycle_recount ON board_cycle (programme) WHERE recounted IS NOT NULL;

-- Room in each page for the next version of its rows: no index knows the score. The member has no
-- foreign key: what is summed has it, and looking it up for each row took as long as writing it.
CREATE TABLE board_score (
    programme int NOT NULL,
    board uuid NOT NULL,
    cycle date NOT NULL,
    member uuid NOT NULL,
    grouping text NOT NULL,  -- among whom: a town, a team, a cohort; empty: all
    score bigint NOT NULL CHECK (score BETWEEN 0 AND 9007199254740991),
    reached_at timestamptz NOT NULL,
    version int NOT NULL DEFAULT 1,
    PRIMARY KEY (programme, board, cycle, member),
    FOREIGN KEY (programme, board, cycle) REFERENCES board_cycle (programme, board, starts_on)
) WITH (fillfactor = 75);
CREATE INDEX board_score_grouping ON board_score (programme, board, cycle, grouping, member);
CREATE INDEX board_score_member ON board_score (programme, member);

-- Points that something other than an activity gave, as they stand.
CREATE TABLE board_earning (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    points bigint NOT NULL CHECK (points >= 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX board_earning_member ON board_earning (programme, member, at);

-- Whose rows Valkey may not know yet: written with them, gone once it knows.
CREATE TABLE board_lag (
    programme int NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    board uuid NOT NULL,
    cycle date NOT NULL,
    grouping text NOT NULL,
    members uuid[] NOT NULL,
    PRIMARY KEY (programme, id)
);

-- Who is shown to others, and as whom. Whoever has no row is shown to nobody.
CREATE TABLE board_face (
    programme int NOT NULL,
    member uuid NOT NULL,
    pseudonym text NOT NULL CHECK (char_length(pseudonym) BETWEEN 2 AND 30),
    folded text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member),
    CONSTRAINT board_face_once UNIQUE (programme, folded),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);

-- What a closed window came to: the first of each group, for ever.
CREATE TABLE board_place (
    programme int NOT NULL,
    board uuid NOT NULL,
    cycle date NOT NULL,
    grouping text NOT NULL,
    place int NOT NULL CHECK (place > 0),
    member uuid NOT NULL,
    score bigint NOT NULL CHECK (score >= 0),
    reached_at timestamptz NOT NULL,
    PRIMARY KEY (programme, board, cycle, grouping, place),
    CONSTRAINT board_place_once UNIQUE (programme, board, cycle, member),
    FOREIGN KEY (programme, board, cycle) REFERENCES board_cycle (programme, board, starts_on),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX board_place_member ON board_place (programme, member);

CREATE TABLE board_prize (
    programme int NOT NULL,
    id uuid NOT NULL,
    board uuid NOT NULL,
    cycle date NOT NULL,
    member uuid NOT NULL,  -- who had the place
    place int NOT NULL CHECK (place > 0),
    points bigint NOT NULL CHECK (points >= 0),
    badge text,
    level smallint,
    state text NOT NULL CHECK (state IN ('WAITING', 'PAID', 'LAPSED')),
    made_at timestamptz NOT NULL,
    resolved_at timestamptz,
    CHECK (points > 0 OR badge IS NOT NULL),
    CHECK ((state = 'WAITING') = (resolved_at IS NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT board_prize_once UNIQUE (programme, board, cycle, member),
    FOREIGN KEY (programme, board, cycle, member)
        REFERENCES board_place (programme, board, cycle, member)
);
CREATE INDEX board_prize_waiting ON board_prize (programme, id) WHERE state = 'WAITING';
CREATE INDEX board_prize_member ON board_prize (programme, member, id DESC);

-- Where members of a league are; division 1 is the lowest.
CREATE TABLE league_member (
    programme int NOT NULL,
    board uuid NOT NULL,
    member uuid NOT NULL,
    division smallint NOT NULL CHECK (division > 0),
    idle smallint NOT NULL DEFAULT 0 CHECK (idle >= 0),  -- windows in a row without a score
    plays boolean NOT NULL DEFAULT true,  -- false: idle for too long, until they score again
    PRIMARY KEY (programme, board, member),
    FOREIGN KEY (programme, board) REFERENCES board (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX league_member_member ON league_member (programme, member);

-- Whatever the code forgets: what is closed stays closed, what was paid is not paid again.
CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG906', message = 'a window closes once, and a prize is paid once';
END $$;
CREATE TRIGGER closed_once BEFORE UPDATE ON board_cycle
    FOR EACH ROW WHEN (old.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_reopening();
CREATE TRIGGER paid_once BEFORE UPDATE ON board_prize
    FOR EACH ROW WHEN (old.resolved_at IS NOT NULL) EXECUTE FUNCTION refuse_reopening();

REVOKE DELETE ON board, board_cycle, board_prize FROM laurel_app;
REVOKE UPDATE, DELETE ON board_place FROM laurel_app;

SELECT wall('board_version', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('board', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('board_cycle', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('board_place', grants => 'SELECT');
SELECT wall('board_prize', grants => 'SELECT');
SELECT wall('league_member', grants => 'SELECT, DELETE');
SELECT wall('board_score');
SELECT wall('board_earning');
SELECT wall('board_lag');
SELECT wall('board_face');
