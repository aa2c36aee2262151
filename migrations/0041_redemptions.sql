-- Redemptions: points held for a reward, handed over, taken back.

CREATE TABLE redemption (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    member uuid NOT NULL,
    reward uuid NOT NULL,
    version int NOT NULL CHECK (version > 0),
    kind text NOT NULL CHECK (kind ~ '^[A-Z][A-Z0-9_]{1,29}$'),
    price bigint NOT NULL CHECK (price BETWEEN 0 AND 9007199254740991),  -- what the member pays
    quantity smallint NOT NULL CHECK (quantity BETWEEN 1 AND 100),
    state text NOT NULL
        CHECK (state IN ('RESERVED', 'FULFILLED', 'RELEASED', 'CANCELLED', 'REFUNDED')),
    -- What an offer pays beside them, out of its own account.
    discount bigint NOT NULL CHECK (discount BETWEEN 0 AND 9007199254740991),
    payer_account bigint,
    payer_hold uuid,
    offer uuid,
    cash_minor bigint NOT NULL CHECK (cash_minor BETWEEN 0 AND 9007199254740991),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    outlet uuid,
    hold uuid,
    donation uuid,
    reserved_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > reserved_at),
    fulfilled_at timestamptz,
    handed_at uuid,  -- the outlet of the till
    released_at timestamptz,
    refundable_until timestamptz,
    refunded_at timestamptz,
    refund uuid,  -- of the request: the same again answers the same
    number text NOT NULL CHECK (number ~ '^[0-9]{10}$'),
    -- What the codes are made with; NULL some time after it was resolved.
    secret bytea CHECK (length(secret) = 32),
    CHECK (state <> 'RESERVED' OR secret IS NOT NULL),
    CHECK ((state IN ('FULFILLED', 'REFUNDED')) = (fulfilled_at IS NOT NULL)),
    CHECK ((state IN ('RELEASED', 'CANCELLED')) = (released_at IS NOT NULL)),
    CHECK ((state = 'REFUNDED') = (refunded_at IS NOT NULL)),
    CHECK ((refunded_at IS NULL) = (refund IS NULL)),
    CHECK (handed_at IS NULL OR fulfilled_at IS NOT NULL),
    CHECK (cash_minor = 0 OR currency IS NOT NULL),
    -- Whatever costs points is paid in one way: held by the ledger, or given to a cause.
    CONSTRAINT redemption_is_paid CHECK (
        CASE WHEN price = 0 THEN hold IS NULL AND donation IS NULL
             ELSE (hold IS NULL) <> (donation IS NULL) END),
    CONSTRAINT redemption_discount_is_paid CHECK (
        (discount = 0) = (payer_account IS NULL) AND (discount = 0) = (payer_hold IS NULL)
        AND (discount = 0) = (offer IS NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT redemption_hold UNIQUE (programme, hold),
    CONSTRAINT redemption_number UNIQUE (programme, number),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id),
    FOREIGN KEY (programme, outlet) REFERENCES outlet (programme, id),
    FOREIGN KEY (programme, handed_at) REFERENCES outlet (programme, id)
);
CREATE INDEX redemption_newest ON redemption (programme, member, id DESC);
CREATE INDEX redemption_of_reward ON redemption (programme, reward, id DESC);
CREATE INDEX redemption_expiring ON redemption (expires_at) WHERE state = 'RESERVED';
CREATE INDEX redemption_secrets ON redemption (expires_at)
    WHERE state <> 'RESERVED' AND secret IS NOT NULL;
CREATE FUNCTION refuse_redemption_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a redemption is resolved once';
END $$;
CREATE TRIGGER resolved_once BEFORE UPDATE ON redemption
    FOR EACH ROW WHEN (
        old.state <> new.state AND NOT (
            old.state = 'RESERVED' AND new.state IN ('FULFILLED', 'RELEASED', 'CANCELLED')
            OR old.state = 'FULFILLED' AND new.state = 'REFUNDED'))
    EXECUTE FUNCTION refuse_redemption_again();

-- What is owed to a member and could not be handed out yet, such as a reward that is sold out.
CREATE TABLE redemption_owed (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,  -- the redemption's, once there is one
    member uuid NOT NULL,
    unit text CHECK (char_length(unit) BETWEEN 1 AND 40),
    reward uuid,
    owed_since timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    why text NOT NULL CHECK (char_length(why) BETWEEN 1 AND 60),
    CHECK ((unit IS NULL) <> (reward IS NULL)),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id)
);
CREATE INDEX redemption_owed_due ON redemption_owed (due_at);
CREATE INDEX redemption_owed_to ON redemption_owed (programme, member);

REVOKE DELETE ON redemption FROM laurel_app;

SELECT wall('redemption', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('redemption_owed', grants => 'SELECT, INSERT, UPDATE, DELETE');
