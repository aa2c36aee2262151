-- Offers: what members may be shown, who pays for it, and to whom it may go.

CREATE TABLE offer (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    owner text NOT NULL CHECK (owner IN ('PARTNER', 'PROGRAMME')),  -- who pays for it
    partner uuid,  -- whose it is; NULL: the programme's
    kind text NOT NULL
        CHECK (kind IN ('MULTIPLIER', 'BONUS', 'DISCOUNT', 'CHALLENGE', 'CONTENT')),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    creatives jsonb NOT NULL CHECK (jsonb_typeof(creatives) = 'object'),
    rule text NOT NULL CHECK (char_length(rule) BETWEEN 2 AND 50000),  -- JSON; one text for one rule
    placements text[] NOT NULL CHECK (cardinality(placements) BETWEEN 1 AND 4),
    about text[] NOT NULL CHECK (cardinality(about) <= 20),
    margin bigint NOT NULL CHECK (margin BETWEEN 0 AND 1000000),
    cost bigint NOT NULL CHECK (cost BETWEEN 0 AND 1000000),
    promise bigint NOT NULL CHECK (promise BETWEEN 0 AND 1000000),  -- set aside for an acceptance
    points bigint NOT NULL CHECK (points BETWEEN 0 AND 1000000),
    hundredths int NOT NULL CHECK (hundredths BETWEEN 100 AND 1000),  -- 200: twice the points
    most bigint NOT NULL CHECK (most BETWEEN 0 AND 1000000),
    times smallint NOT NULL CHECK (times BETWEEN 1 AND 100),
    types text[] NOT NULL CHECK (cardinality(types) <= 40),
    within_hours smallint NOT NULL CHECK (within_hours BETWEEN 0 AND 600),
    reward uuid,
    challenge uuid,
    accept_max smallint CHECK (accept_max BETWEEN 1 AND 100),
    shown_max smallint CHECK (shown_max BETWEEN 1 AND 1000),
    member_days smallint NOT NULL CHECK (member_days BETWEEN 1 AND 366),
    total_max int CHECK (total_max BETWEEN 1 AND 1000000000),
    holdout_percent smallint NOT NULL CHECK (holdout_percent BETWEEN 0 AND 50),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
    state text NOT NULL
        CHECK (state IN ('DRAFT', 'SUBMITTED', 'REJECTED', 'LIVE', 'PAUSED', 'ENDED')),
    halted boolean NOT NULL,  -- paused by an operator: only an operator resumes it
    reason text CHECK (char_length(reason) BETWEEN 1 AND 300),
    version int NOT NULL CHECK (version > 0),
    book int NOT NULL,
    account bigint NOT NULL,
    funded bigint NOT NULL CHECK (funded BETWEEN 0 AND 9007199254740991),
    held bigint NOT NULL CHECK (held >= 0),
    captured bigint NOT NULL CHECK (captured >= 0),
    returned bigint NOT NULL CHECK (returned >= 0),
    accepted int NOT NULL CHECK (accepted >= 0),
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Never more goes out of its account than came in, whatever the code believes.
    CONSTRAINT offer_pays_what_it_has CHECK (held + captured + returned <= funded),
    CONSTRAINT offer_accepted_at_most CHECK (accepted <= total_max),
    CHECK ((owner = 'PARTNER') = (partner IS NOT NULL)),
    CHECK ((kind = 'DISCOUNT') = (reward IS NOT NULL)),
    CHECK ((kind = 'CHALLENGE') = (challenge IS NOT NULL)),
    CHECK ((kind IN ('MULTIPLIER', 'BONUS', 'DISCOUNT')) = (promise > 0)),
    CHECK ((state = 'ENDED') = (ended_at IS NOT NULL)),
    CHECK (NOT halted OR state = 'PAUSED'),
    CHECK (state <> 'REJECTED' OR reason IS NOT NULL),
    PRIMARY KEY (programme, id),
    CONSTRAINT offer_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id),
    FOREIGN KEY (programme, challenge) REFERENCES challenge (programme, id)
);
CREATE INDEX offer_of_partner ON offer (programme, partner, id DESC);
CREATE INDEX offer_live ON offer (programme, id) WHERE state = 'LIVE';
CREATE INDEX offer_ending ON offer (valid_until) WHERE state IN ('LIVE', 'PAUSED');
CREATE FUNCTION refuse_offer_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'an offer ends once';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE ON offer
    FOR EACH ROW WHEN (old.state = 'ENDED' AND new.state <> old.state)
    EXECUTE FUNCTION refuse_offer_again();

-- Counts the changes of what is live, so that whoever keeps a copy knows when it is old.
CREATE TABLE offer_shelf (
    programme int NOT NULL REFERENCES programme (id),
    version bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (programme)
);

-- What came into an offer's account from who pays for it, and what went back; the id is the
-- posting's.
CREATE TABLE offer_entry (
    programme int NOT NULL,
    id uuid NOT NULL,
    offer uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('FUNDED', 'RETURNED')),
    points bigint NOT NULL CHECK (points > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, offer) REFERENCES offer (programme, id)
);
CREATE INDEX offer_entry_of ON offer_entry (programme, offer, at);

-- An offer that a member has accepted, on the terms of that moment.
CREATE TABLE offer_acceptance (
    programme int NOT NULL,
    id uuid NOT NULL,
    offer uuid NOT NULL,
    version int NOT NULL,
    member uuid NOT NULL,
    decision uuid NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('MULTIPLIER', 'BONUS', 'DISCOUNT', 'CHALLENGE', 'CONTENT')),
    name text NOT NULL,
    points bigint NOT NULL CHECK (points >= 0),
    hundredths int NOT NULL CHECK (hundredths BETWEEN 100 AND 1000),
    most bigint NOT NULL CHECK (most >= 0),
    times smallint NOT NULL CHECK (times BETWEEN 1 AND 100),
    types text[] NOT NULL,
    within_hours smallint NOT NULL,
    reward uuid,
    challenge uuid,
    state text NOT NULL CHECK (state IN ('OPEN', 'TAKEN', 'USED', 'LAPSED')),
    accepted_at timestamptz NOT NULL,
    promised bigint NOT NULL CHECK (promised >= 0),
    held bigint NOT NULL CHECK (held >= 0),  -- of what was promised, still set aside
    paid bigint NOT NULL CHECK (paid >= 0),  -- and given
    hold uuid,  -- in the ledger; a reservation of a reward has one of its own
    turn smallint NOT NULL CHECK (turn >= 0),  -- how often a hold was made
    until timestamptz CHECK (until > accepted_at),
    lapses_at timestamptz CHECK (lapses_at >= until),
    redemption uuid,
    CONSTRAINT acceptance_gives_what_it_promised CHECK (held + paid <= promised),
    CHECK ((until IS NULL) = (lapses_at IS NULL)),
    CHECK ((until IS NULL) = (promised = 0)),
    CHECK (state <> 'TAKEN' OR redemption IS NOT NULL),
    CHECK (state IN ('OPEN', 'TAKEN') OR (held = 0 AND hold IS NULL)),
    CHECK (hold IS NULL OR held > 0),
    PRIMARY KEY (programme, id),
    CONSTRAINT acceptance_of_decision UNIQUE (programme, decision),
    CONSTRAINT acceptance_of_redemption UNIQUE (programme, redemption),
    FOREIGN KEY (programme, offer) REFERENCES offer (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
-- What still stands is not accepted again.
CREATE UNIQUE INDEX offer_acceptance_open ON offer_acceptance (programme, member, offer)
    WHERE state IN ('OPEN', 'TAKEN');
CREATE INDEX offer_acceptance_of ON offer_acceptance (programme, member, offer, accepted_at);
CREATE INDEX offer_acceptance_of_offer ON offer_acceptance (programme, offer, accepted_at);
CREATE INDEX offer_acceptance_lapsing ON offer_acceptance (lapses_at) WHERE state = 'OPEN';

-- What an acceptance gives for one activity.
CREATE TABLE offer_payment (
    programme int NOT NULL,
    acceptance uuid NOT NULL,
    activity uuid NOT NULL,
    member uuid NOT NULL,
    revision int NOT NULL CHECK (revision > 0),  -- of the activity
    state text NOT NULL CHECK (state IN ('CLAIMED', 'PAID', 'TAKEN_BACK')),
    points bigint NOT NULL CHECK (points > 0),
    at timestamptz NOT NULL,
    posting uuid,
    returned bigint NOT NULL CHECK (returned BETWEEN 0 AND points),
    CHECK (state <> 'PAID' OR posting IS NOT NULL),
    CHECK (state <> 'CLAIMED' OR posting IS NULL),
    CHECK (returned = 0 OR state = 'TAKEN_BACK'),
    PRIMARY KEY (programme, acceptance, activity),
    FOREIGN KEY (programme, acceptance) REFERENCES offer_acceptance (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX offer_payment_of_activity ON offer_payment (programme, activity);
CREATE INDEX offer_payment_of_member ON offer_payment (programme, member);

-- How often a member was shown an offer, by day.
CREATE TABLE offer_exposure (
    programme int NOT NULL,
    member uuid NOT NULL,
    offer uuid NOT NULL,
    day date NOT NULL,
    times int NOT NULL CHECK (times > 0),
    PRIMARY KEY (programme, member, offer, day),
    FOREIGN KEY (programme, offer) REFERENCES offer (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX offer_exposure_old ON offer_exposure (day);

REVOKE DELETE ON offer, offer_shelf, offer_entry, offer_acceptance, offer_payment FROM laurel_app;
REVOKE UPDATE ON offer_entry FROM laurel_app;

SELECT wall('offer', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('offer_shelf', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('offer_entry', grants => 'SELECT, INSERT');
SELECT wall('offer_acceptance', grants => 'SELECT, UPDATE');
SELECT wall('offer_payment', grants => 'SELECT, UPDATE');
SELECT wall('offer_exposure', grants => 'SELECT, DELETE');
