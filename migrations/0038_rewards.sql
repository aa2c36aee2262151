-- The catalogue of rewards: what may be had for points, where, by whom, and how many.

CREATE TABLE reward (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    owner text NOT NULL CHECK (owner IN ('PARTNER', 'PROGRAMME')),  -- whose offer it is
    partner uuid,  -- in whose outlets it is handed over; NULL: of nobody in particular
    code text CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    kind text NOT NULL
        CHECK (kind IN ('VOUCHER', 'PRODUCT', 'DONATION', 'PARTNER_OFFER', 'EXPERIENCE', 'RAFFLE')),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object'),
    images jsonb NOT NULL CHECK (jsonb_typeof(images) = 'array'),
    price bigint NOT NULL CHECK (price BETWEEN 1 AND 100000000),
    cash_minor bigint NOT NULL CHECK (cash_minor BETWEEN 0 AND 100000000000),
    value_minor bigint NOT NULL CHECK (value_minor BETWEEN 0 AND 100000000000),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    tiers text[] NOT NULL CHECK (cardinality(tiers) <= 50),
    segments text[] NOT NULL CHECK (cardinality(segments) <= 50),
    age_min smallint NOT NULL CHECK (age_min BETWEEN 0 AND 120),
    member_max int CHECK (member_max BETWEEN 1 AND 10000),
    member_days smallint NOT NULL CHECK (member_days BETWEEN 1 AND 366),
    total_max int CHECK (total_max BETWEEN 1 AND 100000000),
    total_days smallint NOT NULL CHECK (total_days BETWEEN 1 AND 366),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz CHECK (valid_until > valid_from),
    outlets uuid[] NOT NULL CHECK (cardinality(outlets) <= 500),
    cause uuid,
    reserve_seconds int NOT NULL CHECK (reserve_seconds BETWEEN 60 AND 2592000),
    refund_days smallint NOT NULL CHECK (refund_days BETWEEN 0 AND 366),
    state text NOT NULL
        CHECK (state IN ('DRAFT', 'SUBMITTED', 'REJECTED', 'LIVE', 'PAUSED', 'ENDED')),
    halted boolean NOT NULL,  -- paused by an operator: only an operator resumes it
    reason text CHECK (char_length(reason) BETWEEN 1 AND 300),
    version int NOT NULL CHECK (version >= 1),
    stock int CHECK (stock BETWEEN 0 AND 100000000),  -- all that was ever there; NULL: no end
    reserved int NOT NULL CHECK (reserved >= 0),
    redeemed int NOT NULL CHECK (redeemed >= 0),
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Never more is promised than is there, whatever the code believes.
    CONSTRAINT reward_is_there CHECK (reserved + redeemed <= stock),
    CHECK (owner = 'PROGRAMME' OR partner IS NOT NULL),
    CHECK ((cash_minor = 0 AND value_minor = 0) OR currency IS NOT NULL),
    CHECK ((kind = 'DONATION') = (cause IS NOT NULL)),
    CHECK ((state = 'ENDED') = (ended_at IS NOT NULL)),
    CHECK (NOT halted OR state = 'PAUSED'),
    CHECK (state <> 'REJECTED' OR reason IS NOT NULL),
    PRIMARY KEY (programme, id),
    CONSTRAINT reward_code UNIQUE (programme, code),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id),
    FOREIGN KEY (programme, cause) REFERENCES cause (programme, id)
);
CREATE INDEX reward_newest ON reward (programme, id DESC);
CREATE INDEX reward_live ON reward (programme, id DESC) WHERE state = 'LIVE';
CREATE INDEX reward_of_partner ON reward (programme, partner, id DESC);
CREATE INDEX reward_ending ON reward (valid_until) WHERE state IN ('LIVE', 'PAUSED');
CREATE FUNCTION refuse_reward_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a reward ends once';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE ON reward
    FOR EACH ROW WHEN (old.state = 'ENDED' AND new.state <> old.state)
    EXECUTE FUNCTION refuse_reward_again();

-- What a reward cost, from when on: what is set aside for somebody keeps the price it was made at.
CREATE TABLE reward_version (
    programme int NOT NULL,
    reward uuid NOT NULL,
    version int NOT NULL CHECK (version >= 1),
    price bigint NOT NULL CHECK (price > 0),
    cash_minor bigint NOT NULL CHECK (cash_minor >= 0),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, reward, version),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id)
);

-- What of it is at one outlet.
CREATE TABLE reward_stock (
    programme int NOT NULL,
    reward uuid NOT NULL,
    outlet uuid NOT NULL,
    stock int CHECK (stock BETWEEN 0 AND 100000000),  -- NULL: as much as the reward has
    reserved int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    redeemed int NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    CONSTRAINT reward_stock_is_there CHECK (reserved + redeemed <= stock),
    PRIMARY KEY (programme, reward, outlet),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id),
    FOREIGN KEY (programme, outlet) REFERENCES outlet (programme, id)
);
CREATE INDEX reward_stock_outlet ON reward_stock (programme, outlet);

-- Units that somebody took; the id is the redemption's, so that none is taken twice for one.
CREATE TABLE reward_take (
    programme int NOT NULL,
    id uuid NOT NULL,
    reward uuid NOT NULL,
    version int NOT NULL,
    member uuid NOT NULL,
    outlet uuid,
    quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    free boolean NOT NULL,  -- given to the member: it counts for no limit
    state text NOT NULL CHECK (state IN ('TAKEN', 'SETTLED', 'RETURNED', 'LOST')),
    day date NOT NULL,  -- the member's own
    counted_on date NOT NULL,  -- the programme's own
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, reward, version) REFERENCES reward_version (programme, reward, version),
    FOREIGN KEY (programme, outlet) REFERENCES outlet (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX reward_take_of ON reward_take (programme, member, reward, day);

-- How many were taken on each day of the programme, for limits of everybody together.
CREATE TABLE reward_day (
    programme int NOT NULL,
    reward uuid NOT NULL,
    day date NOT NULL,
    taken int NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (programme, reward, day),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id)
);

REVOKE DELETE ON reward, reward_version, reward_stock, reward_take, reward_day FROM laurel_app;
REVOKE UPDATE ON reward_version FROM laurel_app;

SELECT wall('reward', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('reward_version', grants => 'SELECT, INSERT');
SELECT wall('reward_stock', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('reward_take', grants => 'SELECT, UPDATE');
SELECT wall('reward_day', grants => 'SELECT, UPDATE');
