-- Contests: challenges among friends, and the points that they stake on them.

-- What contests of a programme may do; one without a row has the defaults of the code.
CREATE TABLE contest_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    people_max smallint NOT NULL CHECK (people_max BETWEEN 2 AND 50),
    open_max smallint NOT NULL CHECK (open_max BETWEEN 1 AND 100),
    stake_max bigint NOT NULL CHECK (stake_max >= 0),  -- 0: without stakes only
    day_max bigint NOT NULL CHECK (day_max >= stake_max)
);

CREATE TABLE contest (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    creator uuid NOT NULL,
    template text NOT NULL,
    target bigint CHECK (target > 0),  -- NULL: whoever does the most wins
    payout text NOT NULL CHECK (payout IN ('WINNER', 'TOP_THREE', 'COMPLETED')),
    stake bigint NOT NULL CHECK (stake BETWEEN 0 AND 9007199254740991),
    book int NOT NULL,
    account bigint,  -- the pot: empty but for what somebody erased has left in it
    first_day date NOT NULL,
    last_day date NOT NULL CHECK (last_day BETWEEN first_day AND first_day + 27),
    state text NOT NULL CHECK (state IN ('OPEN', 'RUNNING', 'FINISHED', 'DRAWN', 'CALLED_OFF')),
    challenge uuid,
    created_at timestamptz NOT NULL,
    starts_at timestamptz NOT NULL CHECK (starts_at > created_at),
    pays_at timestamptz NOT NULL CHECK (pays_at > starts_at),
    ended_at timestamptz,
    CHECK ((stake > 0) = (account IS NOT NULL)),
    CHECK (payout <> 'COMPLETED' OR target IS NOT NULL),
    CHECK (challenge IS NOT NULL OR state IN ('OPEN', 'CALLED_OFF')),
    CHECK ((ended_at IS NULL) = (state IN ('OPEN', 'RUNNING'))),
    PRIMARY KEY (programme, id),
    CONSTRAINT contest_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id),
    FOREIGN KEY (programme, creator) REFERENCES member (programme, id)
);
CREATE INDEX contest_starting ON contest (starts_at) WHERE state = 'OPEN';
CREATE INDEX contest_paying ON contest (pays_at) WHERE state = 'RUNNING';

CREATE TABLE contest_player (
    programme int NOT NULL,
    contest uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL CHECK (state IN (
        'INVITED', 'PLAYING', 'DECLINED', 'WITHDRAWN', 'FORFEITED')),
    invited_at timestamptz NOT NULL,
    answered_at timestamptz,
    -- The hold on the wallet, what it holds, and the member's day that it counts for.
    hold uuid,
    stake bigint NOT NULL DEFAULT 0 CHECK (stake >= 0),
    day date,
    in_pot boolean NOT NULL DEFAULT false,  -- captured before the end, as of somebody erased
    -- How it ended.
    reached bigint CHECK (reached >= 0),
    place smallint CHECK (place > 0),
    won bigint CHECK (won >= 0),
    CHECK ((stake > 0) = (hold IS NOT NULL)),
    CHECK ((state IN ('PLAYING', 'FORFEITED')) = (day IS NOT NULL)),
    CHECK (state <> 'PLAYING' OR answered_at IS NOT NULL),
    CHECK (stake = 0 OR state IN ('PLAYING', 'FORFEITED')),
    PRIMARY KEY (programme, contest, member),
    CONSTRAINT contest_player_hold UNIQUE (programme, hold),
    FOREIGN KEY (programme, contest) REFERENCES contest (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX contest_player_newest ON contest_player (programme, member, invited_at DESC, contest DESC);
CREATE INDEX contest_player_day ON contest_player (programme, member, day) WHERE stake > 0;

-- Whatever the code forgets: stakes are paid out, or given back, once.
CREATE FUNCTION refuse_second_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a contest ends once';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE ON contest
    FOR EACH ROW WHEN (old.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_second_end();

REVOKE DELETE ON contest, contest_player FROM laurel_app;

SELECT wall('contest_policy', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('contest', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('contest_player', grants => 'SELECT, INSERT, UPDATE');
