-- Who takes part in challenges, what counted for them, how far they are, and what they were given.

-- Teams of a competitive challenge: whoever names one that is not there yet makes it.
CREATE TABLE challenge_team (
    programme int NOT NULL,
    challenge uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40 AND name !~ '[\x01-\x1f\x7f]'),
    maker uuid,  -- NULL: they are forgotten, and so is the name they chose
    made_at timestamptz NOT NULL,
    PRIMARY KEY (programme, challenge, id),
    FOREIGN KEY (programme, challenge) REFERENCES challenge (programme, id),
    FOREIGN KEY (programme, maker) REFERENCES member (programme, id)
);
CREATE INDEX challenge_team_maker ON challenge_team (programme, maker);
CREATE UNIQUE INDEX challenge_team_name ON challenge_team (programme, challenge, lower(name));

-- A member's place in a challenge: asked, in it, gone or not wanting to.
CREATE TABLE participation (
    programme int NOT NULL,
    member uuid NOT NULL,
    challenge uuid NOT NULL,
    entry text NOT NULL CHECK (entry IN ('OFFERED', 'IN', 'LEFT', 'REFUSED')),
    -- What they do counts: they are in it, and it is not settled.
    open boolean NOT NULL,
    team uuid,
    since date,  -- the member's local day on which their days begin
    offered_at timestamptz,
    joined_at timestamptz,
    changed_at timestamptz NOT NULL,
    CHECK (open <= (entry = 'IN')),
    CHECK (entry NOT IN ('IN', 'LEFT') OR num_nulls(since, joined_at) = 0),
    PRIMARY KEY (programme, member, challenge),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, challenge) REFERENCES challenge (programme, id),
    FOREIGN KEY (programme, challenge, team) REFERENCES challenge_team (programme, challenge, id)
);
CREATE INDEX participation_open ON participation (programme, member) WHERE open;
CREATE INDEX participation_challenge ON participation (programme, challenge, member);
CREATE INDEX participation_team ON participation (programme, challenge, team) WHERE team IS NOT NULL;

-- One round of one member, and the sums of its contributions: of each criterion what was reached,
-- and for a shared one what all of them did is in challenge_effort.
CREATE TABLE challenge_round (
    programme int NOT NULL,
    member uuid NOT NULL,
    challenge uuid NOT NULL,
    round smallint NOT NULL CHECK (round > 0),
    first_day date NOT NULL,
    last_day date NOT NULL,
    state text NOT NULL CHECK (state IN ('JOINED', 'ACTIVE', 'COMPLETED', 'FAILED')),
    targets bigint[] NOT NULL CHECK (cardinality(targets) > 0 AND 0 < ALL (targets)),
    reached bigint[] NOT NULL CHECK (0 <= ALL (reached)),
    percent smallint NOT NULL CHECK (percent BETWEEN 0 AND 100),
    reached_at timestamptz,
    -- When the activity that completes it ended, and which; what is paid for it, `state` says.
    completed_at timestamptz,
    completed_by uuid,
    due boolean NOT NULL,  -- something is reached and not given yet
    CHECK (first_day <= last_day),
    CHECK (cardinality(reached) = cardinality(targets)),
    CHECK ((completed_at IS NULL) = (completed_by IS NULL)),
    CHECK ((percent = 100) = (completed_at IS NOT NULL)),
    PRIMARY KEY (programme, member, challenge, round),
    -- When two members become one, a place and all that hangs on it changes hands by one row.
    FOREIGN KEY (programme, member, challenge)
        REFERENCES participation (programme, member, challenge) ON UPDATE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX challenge_round_all ON challenge_round (programme, challenge, round, member);
CREATE INDEX challenge_round_waiting ON challenge_round (programme, challenge, completed_at, member)
    WHERE due;
CREATE INDEX challenge_round_past ON challenge_round (last_day)
    WHERE completed_at IS NULL AND state IN ('JOINED', 'ACTIVE');

-- What one activity added to a round; what was taken back stays, and counts no more.
CREATE TABLE contribution (
    programme int NOT NULL,
    member uuid NOT NULL,
    challenge uuid NOT NULL,
    round smallint NOT NULL,
    activity uuid NOT NULL,
    day date NOT NULL,
    ended_at timestamptz NOT NULL,
    partner text,
    worth bigint[] NOT NULL CHECK (0 <= ALL (worth)),
    counts boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, challenge, round, activity),
    FOREIGN KEY (programme, member, challenge, round)
        REFERENCES challenge_round (programme, member, challenge, round)
        ON UPDATE CASCADE
);

-- What all members of a co-operative challenge have done together, in one of its rounds.
CREATE TABLE challenge_effort (
    programme int NOT NULL,
    challenge uuid NOT NULL,
    round smallint NOT NULL,
    targets bigint[] NOT NULL CHECK (cardinality(targets) > 0 AND 0 < ALL (targets)),
    reached bigint[] NOT NULL CHECK (0 <= ALL (reached)),
    -- Every member has been given what it is now; while not, those up to `told_to` have.
    shared boolean NOT NULL DEFAULT true,
    told_to uuid,
    CHECK (cardinality(reached) = cardinality(targets)),
    PRIMARY KEY (programme, challenge, round),
    FOREIGN KEY (programme, challenge) REFERENCES challenge (programme, id)
);
CREATE INDEX challenge_effort_unshared ON challenge_effort (programme, challenge) WHERE NOT shared;

-- What a milestone or a completion gave, once for each time it was reached.
CREATE TABLE challenge_reward (
    programme int NOT NULL,
    id uuid NOT NULL,  -- of what was given: the ledger's issue, the badge's reason, the credit
    member uuid NOT NULL,
    challenge uuid NOT NULL,
    round smallint NOT NULL,
    percent smallint CHECK (percent BETWEEN 1 AND 99),  -- of the milestone; NULL: completion
    turn smallint NOT NULL CHECK (turn > 0),  -- which time
    state text NOT NULL CHECK (state IN ('PAID', 'UNPAID', 'RETURNED')),
    points bigint NOT NULL CHECK (points >= 0),  -- moved out of the escrow; wanted, while UNPAID
    returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND points),
    kept bigint NOT NULL DEFAULT 0 CHECK (kept >= 0),  -- had already, from an earlier turn
    badge text,
    level smallint,
    unit text,
    tier_credit bigint NOT NULL DEFAULT 0 CHECK (tier_credit >= 0),
    reason text,  -- why nothing was paid
    activity uuid,  -- that reached it
    at timestamptz NOT NULL,
    undone_at timestamptz,
    CHECK ((state = 'RETURNED') = (undone_at IS NOT NULL)),
    CHECK ((state = 'UNPAID') = (reason IS NOT NULL)),
    CHECK (state = 'RETURNED' OR returned = 0),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member, challenge, round)
        REFERENCES challenge_round (programme, member, challenge, round)
        ON UPDATE CASCADE
);
CREATE UNIQUE INDEX challenge_reward_turn
    ON challenge_reward (programme, member, challenge, round, coalesce(percent, 100), turn);
-- Whatever the code forgets: nothing is given twice for the same thing.
CREATE UNIQUE INDEX challenge_reward_once
    ON challenge_reward (programme, member, challenge, round, coalesce(percent, 100))
    WHERE state <> 'RETURNED';
CREATE INDEX challenge_reward_challenge ON challenge_reward (programme, challenge, at);

-- Whatever the code forgets: what was taken back, or could not be, stays so.
CREATE FUNCTION refuse_second_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG905', message = 'a reward is taken back once';
END $$;
CREATE TRIGGER returned_once BEFORE UPDATE ON challenge_reward
    FOR EACH ROW WHEN (old.state = 'RETURNED' AND old.member = new.member)
    EXECUTE FUNCTION refuse_second_return();

REVOKE DELETE ON challenge_reward, contribution FROM laurel_app;

SELECT wall('challenge_team', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('participation', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('challenge_round', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('contribution', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('challenge_effort', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('challenge_reward', grants => 'SELECT, INSERT, UPDATE');
