-- Moments: activities under way, outlets, the treats that members are offered there, and bonuses.

CREATE TABLE outlet (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    partner uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    near bigint NOT NULL,  -- its H3 cell of resolution 9
    area bigint NOT NULL,  -- its H3 cell of resolution 7
    zone text NOT NULL CHECK (char_length(zone) BETWEEN 1 AND 64),
    hours jsonb NOT NULL CHECK (jsonb_typeof(hours) = 'object'),
    open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
CREATE INDEX outlet_near ON outlet (programme, near) WHERE open;
CREATE INDEX outlet_area ON outlet (programme, area) WHERE open;
CREATE INDEX outlet_of_partner ON outlet (programme, partner, id DESC);

CREATE TABLE treat (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    owner text NOT NULL CHECK (owner IN ('PARTNER', 'PROGRAMME')),  -- who pays for it
    partner uuid NOT NULL,  -- in whose outlets it is
    kind text NOT NULL CHECK (kind ~ '^[A-Z][A-Z0-9_]{1,29}$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object'),
    fits text[] NOT NULL CHECK (cardinality(fits) BETWEEN 1 AND 20),
    seconds_min int NOT NULL CHECK (seconds_min BETWEEN 0 AND 86400),
    cost bigint NOT NULL CHECK (cost BETWEEN 1 AND 1000000),
    worth bigint NOT NULL CHECK (worth BETWEEN 0 AND 1000000),
    member_max smallint NOT NULL CHECK (member_max BETWEEN 1 AND 100),
    member_days smallint NOT NULL CHECK (member_days BETWEEN 1 AND 366),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
    state text NOT NULL
        CHECK (state IN ('DRAFT', 'SUBMITTED', 'REJECTED', 'LIVE', 'PAUSED', 'ENDED')),
    halted boolean NOT NULL,  -- paused by an operator: only an operator resumes it
    reason text CHECK (char_length(reason) BETWEEN 1 AND 300),
    book int NOT NULL,
    account bigint NOT NULL,
    funded bigint NOT NULL CHECK (funded BETWEEN 0 AND 9007199254740991),
    held bigint NOT NULL CHECK (held >= 0),
    captured bigint NOT NULL CHECK (captured >= 0),
    returned bigint NOT NULL CHECK (returned >= 0),
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Never more goes out of its account than came in, whatever the code believes.
    CONSTRAINT treat_pays_what_it_has CHECK (held + captured + returned <= funded),
    CHECK ((state = 'ENDED') = (ended_at IS NOT NULL)),
    CHECK (NOT halted OR state = 'PAUSED'),
    CHECK (state <> 'REJECTED' OR reason IS NOT NULL),
    PRIMARY KEY (programme, id),
    CONSTRAINT treat_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
CREATE INDEX treat_of_partner ON treat (programme, partner, id DESC);
CREATE INDEX treat_ending ON treat (valid_until) WHERE state IN ('LIVE', 'PAUSED');
CREATE FUNCTION refuse_treat_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a treat ends once';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE ON treat
    FOR EACH ROW WHEN (old.state = 'ENDED' AND new.state <> old.state)
    EXECUTE FUNCTION refuse_treat_again();

-- What came into a treat's account from who pays for it, and what went back; the id is the
-- posting's.
CREATE TABLE treat_entry (
    programme int NOT NULL,
    id uuid NOT NULL,
    treat uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('FUNDED', 'RETURNED')),
    points bigint NOT NULL CHECK (points > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, treat) REFERENCES treat (programme, id)
);
CREATE INDEX treat_entry_of ON treat_entry (programme, treat, at);

CREATE TABLE treat_stock (
    programme int NOT NULL,
    treat uuid NOT NULL,
    outlet uuid NOT NULL,
    stock int NOT NULL CHECK (stock BETWEEN 0 AND 1000000),  -- all that was ever there
    reserved int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    redeemed int NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    CONSTRAINT treat_stock_is_there CHECK (reserved + redeemed <= stock),
    PRIMARY KEY (programme, treat, outlet),
    FOREIGN KEY (programme, treat) REFERENCES treat (programme, id),
    FOREIGN KEY (programme, outlet) REFERENCES outlet (programme, id)
);
CREATE INDEX treat_stock_outlet ON treat_stock (programme, outlet);

CREATE TABLE activity_session (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    type text NOT NULL CHECK (char_length(type) BETWEEN 1 AND 30),
    device text CHECK (char_length(device) BETWEEN 1 AND 80),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    ending text CHECK (ending IN ('MEMBER', 'FORGOTTEN')),
    -- Where the member was last: an H3 cell of resolution 8, for a day at most.
    cell bigint,
    cell_at timestamptz,
    CHECK (ended_at >= started_at),
    CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CHECK ((cell IS NULL) = (cell_at IS NULL)),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE UNIQUE INDEX activity_session_under_way ON activity_session (programme, member)
    WHERE ended_at IS NULL;
CREATE INDEX activity_session_newest ON activity_session (programme, member, started_at DESC);
CREATE INDEX activity_session_forgotten ON activity_session (started_at) WHERE ended_at IS NULL;
CREATE INDEX activity_session_placed ON activity_session (cell_at) WHERE cell IS NOT NULL;

-- A treat that was offered to a member at the end of an activity.
CREATE TABLE moment (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    session uuid NOT NULL,
    treat uuid NOT NULL,
    outlet uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('OFFERED', 'REDEEMED', 'REFUSED', 'EXPIRED')),
    day date NOT NULL,  -- the member's own
    cost bigint NOT NULL CHECK (cost > 0),
    hold uuid NOT NULL,
    offered_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > offered_at),
    resolved_at timestamptz,
    -- What the codes are signed with; the one number that is good, and until when.
    secret bytea NOT NULL CHECK (length(secret) = 32),
    code text CHECK (code ~ '^[0-9]{12}$'),
    code_until timestamptz,
    CHECK ((state = 'OFFERED') = (resolved_at IS NULL)),
    CHECK ((code IS NULL) = (code_until IS NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT moment_once UNIQUE (programme, session),
    CONSTRAINT moment_hold UNIQUE (programme, hold),
    CONSTRAINT moment_code UNIQUE (programme, code),
    FOREIGN KEY (programme, session) REFERENCES activity_session (programme, id),
    FOREIGN KEY (programme, treat, outlet) REFERENCES treat_stock (programme, treat, outlet),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE UNIQUE INDEX moment_current ON moment (programme, member) WHERE state = 'OFFERED';
CREATE INDEX moment_newest ON moment (programme, member, offered_at DESC);
CREATE INDEX moment_of_treat ON moment (programme, treat, offered_at);
CREATE INDEX moment_expiring ON moment (expires_at) WHERE state = 'OFFERED';
CREATE INDEX moment_coded ON moment (code_until) WHERE code IS NOT NULL;
CREATE FUNCTION refuse_moment_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a moment is resolved once';
END $$;
CREATE TRIGGER resolved_once BEFORE UPDATE ON moment
    FOR EACH ROW WHEN (old.state <> 'OFFERED' AND new.state <> old.state)
    EXECUTE FUNCTION refuse_moment_again();

-- What was chosen from at the end of an activity, and why it came out so.
CREATE TABLE moment_decision (
    programme int NOT NULL,
    session uuid NOT NULL,
    member uuid NOT NULL,
    at timestamptz NOT NULL,
    chooser text NOT NULL CHECK (char_length(chooser) BETWEEN 1 AND 40),
    outcome text NOT NULL CHECK (char_length(outcome) BETWEEN 1 AND 40),
    moment uuid,
    candidates jsonb CHECK (jsonb_typeof(candidates) = 'array'),  -- NULL: a day later
    CHECK ((moment IS NOT NULL) = (outcome = 'OFFERED')),
    PRIMARY KEY (programme, session),
    FOREIGN KEY (programme, session) REFERENCES activity_session (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, moment) REFERENCES moment (programme, id)
);
CREATE INDEX moment_decision_of ON moment_decision (programme, member, at);
CREATE INDEX moment_decision_placed ON moment_decision (at) WHERE candidates IS NOT NULL;

-- Codes that were wrong at a till, counted so that nobody tries them all.
CREATE TABLE moment_guess (
    programme int NOT NULL,
    outlet uuid NOT NULL,
    since timestamptz NOT NULL,
    wrong smallint NOT NULL CHECK (wrong > 0),
    PRIMARY KEY (programme, outlet, since),
    FOREIGN KEY (programme, outlet) REFERENCES outlet (programme, id)
);
CREATE INDEX moment_guess_old ON moment_guess (since);

CREATE TABLE bonus_campaign (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    fits text[] NOT NULL CHECK (cardinality(fits) BETWEEN 1 AND 20),
    seconds_min int NOT NULL CHECK (seconds_min BETWEEN 0 AND 86400),
    metres_min int NOT NULL CHECK (metres_min BETWEEN 0 AND 1000000),
    hundredths int NOT NULL CHECK (hundredths BETWEEN 101 AND 1000),  -- 200: twice the points
    most bigint NOT NULL CHECK (most BETWEEN 1 AND 1000000),  -- for one activity
    share smallint NOT NULL CHECK (share BETWEEN 1 AND 100),  -- percent of activities begun
    member_max smallint NOT NULL CHECK (member_max BETWEEN 1 AND 100),
    member_days smallint NOT NULL CHECK (member_days BETWEEN 1 AND 366),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
    budget bigint NOT NULL CHECK (budget BETWEEN 1 AND 9007199254740991),
    reserved bigint NOT NULL CHECK (reserved >= 0),  -- promised to activities under way
    paid bigint NOT NULL CHECK (paid >= 0),
    open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT bonus_within_budget CHECK (reserved + paid <= budget),
    PRIMARY KEY (programme, id)
);
CREATE INDEX bonus_campaign_open ON bonus_campaign (programme, valid_until) WHERE open;

-- A bonus that a member may earn by the activity under way.
CREATE TABLE bonus (
    programme int NOT NULL,
    session uuid NOT NULL,
    member uuid NOT NULL,
    campaign uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'CLAIMED', 'PAID', 'LAPSED')),
    hundredths int NOT NULL CHECK (hundredths BETWEEN 101 AND 1000),
    most bigint NOT NULL CHECK (most > 0),
    seconds_min int NOT NULL,
    metres_min int NOT NULL,
    opened_at timestamptz NOT NULL,
    lapses_at timestamptz NOT NULL CHECK (lapses_at > opened_at),
    -- The activity that it is for, and the revision that its points are of.
    activity uuid,
    revision int,
    posting uuid,
    points bigint NOT NULL DEFAULT 0 CHECK (points >= 0),
    paid_at timestamptz,
    CHECK ((state IN ('CLAIMED', 'PAID')) = (activity IS NOT NULL)),
    CHECK ((activity IS NULL) = (revision IS NULL)),
    CHECK ((state = 'PAID') = (posting IS NOT NULL)),
    CHECK ((posting IS NULL) = (paid_at IS NULL)),
    CHECK (points = 0 OR state <> 'OPEN'),
    CHECK (points <= most),
    PRIMARY KEY (programme, session),
    CONSTRAINT bonus_activity UNIQUE (programme, activity),
    FOREIGN KEY (programme, session) REFERENCES activity_session (programme, id),
    FOREIGN KEY (programme, campaign) REFERENCES bonus_campaign (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX bonus_of ON bonus (programme, member, opened_at DESC);
CREATE INDEX bonus_lapsing ON bonus (lapses_at) WHERE state = 'OPEN';
CREATE INDEX bonus_of_campaign ON bonus (programme, campaign);

REVOKE DELETE ON outlet, treat, treat_entry, treat_stock, activity_session, moment,
    moment_decision, bonus_campaign, bonus FROM laurel_app;
REVOKE UPDATE ON treat_entry FROM laurel_app;

SELECT wall('outlet', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('treat', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('treat_entry', grants => 'SELECT, INSERT');
SELECT wall('treat_stock', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('activity_session', grants => 'SELECT, UPDATE');
SELECT wall('moment', grants => 'SELECT, UPDATE');
SELECT wall('moment_decision', grants => 'SELECT, UPDATE');
SELECT wall('moment_guess', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('bonus_campaign', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('bonus', grants => 'SELECT, UPDATE');
