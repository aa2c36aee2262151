-- Transfers in full: what each programme allows, points asked for, a screen that may hold a
-- transfer for an operator, and gifts to causes.

-- REVIEW waits for an operator, COOLING until the friendship is old enough; REJECTED is the
-- operator's no. What waits can still change, the rest is final.
ALTER TABLE transfer
    ADD COLUMN request uuid,  -- the point request that it pays
    ADD COLUMN ready_at timestamptz,  -- when a cooling one goes on
    ADD COLUMN confirmed boolean NOT NULL DEFAULT false,  -- the sender had just signed in
    ADD COLUMN drained boolean NOT NULL DEFAULT false,  -- a fresh sender gave nearly all they had
    DROP CONSTRAINT transfer_state_check,
    DROP CONSTRAINT transfer_check1,
    ADD CONSTRAINT transfer_state_check CHECK (state IN (
        'PENDING', 'REVIEW', 'COOLING',
        'ACCEPTED', 'DECLINED', 'CANCELLED', 'RETURNED', 'REJECTED')),
    ADD CONSTRAINT transfer_resolved CHECK (
        (state IN ('PENDING', 'REVIEW', 'COOLING')) = (resolved_at IS NULL)),
    ADD CONSTRAINT transfer_cooling CHECK (state <> 'COOLING' OR ready_at IS NOT NULL);

DROP INDEX transfer_day, transfer_due;
CREATE INDEX transfer_day ON transfer (programme, sender, day)
    WHERE state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED');
CREATE INDEX transfer_due ON transfer (expires_at) WHERE state IN ('PENDING', 'REVIEW');
CREATE INDEX transfer_cooling ON transfer (ready_at) WHERE state = 'COOLING';
CREATE INDEX transfer_open ON transfer (programme, sender)
    WHERE state IN ('PENDING', 'REVIEW', 'COOLING');
CREATE INDEX transfer_pair ON transfer (programme, sender, receiver, sent_at)
    WHERE state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED');
CREATE INDEX transfer_arriving ON transfer (programme, receiver, sent_at)
    WHERE state IN ('PENDING', 'REVIEW', 'COOLING', 'ACCEPTED');
CREATE INDEX transfer_review_queue ON transfer (programme, id) WHERE state = 'REVIEW';

-- An answer is final. Only the memo may go later: it is the sender's own words.
DROP TRIGGER answered_once ON transfer;
CREATE TRIGGER answered_once BEFORE UPDATE ON transfer FOR EACH ROW
    WHEN (old.state NOT IN ('PENDING', 'REVIEW', 'COOLING')
          AND (new.memo IS NOT NULL
               OR (new.programme, new.id, new.sender, new.receiver, new.points, new.state, new.day,
                   new.sent_at, new.expires_at, new.resolved_at, new.request)
               IS DISTINCT FROM
                  (old.programme, old.id, old.sender, old.receiver, old.points, old.state, old.day,
                   old.sent_at, old.expires_at, old.resolved_at, old.request)))
    EXECUTE FUNCTION refuse_second_answer();

-- Beyond the limits that a programme is founded with. A programme without a row has the defaults
-- of domain/transfers/policy.py, whose bounds these are; NULL: no such limit.
CREATE TABLE transfer_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    pair_day_max bigint CHECK (pair_day_max > 0),
    pair_month_max bigint CHECK (pair_month_max > 0),
    sender_age_hours int NOT NULL CHECK (sender_age_hours BETWEEN 0 AND 8760),
    cooling_hours int NOT NULL CHECK (cooling_hours BETWEEN 0 AND 168),
    cooling_holds boolean NOT NULL,
    confirm_above bigint CHECK (confirm_above >= 0),
    confirm_minutes int NOT NULL CHECK (confirm_minutes BETWEEN 1 AND 1440),
    open_offers_max int NOT NULL CHECK (open_offers_max BETWEEN 1 AND 1000),
    open_requests_max int NOT NULL CHECK (open_requests_max BETWEEN 1 AND 100),
    request_days int NOT NULL CHECK (request_days BETWEEN 1 AND 28),
    screened boolean NOT NULL,
    screen_hours int NOT NULL CHECK (screen_hours BETWEEN 1 AND 168),
    screen_points_min bigint NOT NULL CHECK (screen_points_min >= 0),
    fan_in_max int NOT NULL CHECK (fan_in_max BETWEEN 2 AND 1000),
    fan_out_max int NOT NULL CHECK (fan_out_max BETWEEN 2 AND 1000),
    returns_max int NOT NULL CHECK (returns_max BETWEEN 1 AND 1000),
    drains_max int NOT NULL CHECK (drains_max BETWEEN 1 AND 1000),
    near_limit_max int NOT NULL CHECK (near_limit_max BETWEEN 2 AND 1000),
    fresh_days int NOT NULL CHECK (fresh_days BETWEEN 0 AND 365),
    review_days int NOT NULL CHECK (review_days BETWEEN 1 AND 7),
    changed_at timestamptz NOT NULL
);
SELECT wall('transfer_policy', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON transfer_policy FROM laurel_app;

-- What a member said about one friend's points; it counts before their general setting.
CREATE TABLE transfer_consent (
    programme int NOT NULL,
    member uuid NOT NULL,
    friend uuid NOT NULL,
    auto_accept boolean NOT NULL,
    at timestamptz NOT NULL,
    CHECK (member <> friend),
    PRIMARY KEY (programme, member, friend),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, friend) REFERENCES member (programme, id)
);
SELECT wall('transfer_consent');

-- A member asks a friend for points. hidden: the friend declined; the one who asks must not notice.
CREATE TABLE point_request (
    programme int NOT NULL,
    id uuid NOT NULL,
    asker uuid NOT NULL,
    payer uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    memo text CHECK (char_length(memo) BETWEEN 1 AND 140),
    state text NOT NULL CHECK (state IN ('OPEN', 'PAID', 'CANCELLED', 'EXPIRED')),
    hidden boolean NOT NULL DEFAULT false,
    transfer uuid,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    resolved_at timestamptz,
    CHECK (asker <> payer),
    CHECK (expires_at > asked_at),
    CONSTRAINT point_request_resolved CHECK ((state = 'OPEN') = (resolved_at IS NULL)),
    CONSTRAINT point_request_paid CHECK ((state = 'PAID') = (transfer IS NOT NULL)),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, asker) REFERENCES member (programme, id),
    FOREIGN KEY (programme, payer) REFERENCES member (programme, id),
    -- The payment comes first, then the note of it here.
    FOREIGN KEY (programme, transfer) REFERENCES transfer (programme, id)
);
CREATE UNIQUE INDEX point_request_pair ON point_request (programme, asker, payer)
    WHERE state = 'OPEN';
CREATE UNIQUE INDEX point_request_payment ON point_request (programme, transfer)
    WHERE transfer IS NOT NULL;
CREATE INDEX point_request_asked ON point_request (programme, asker, id);
CREATE INDEX point_request_received ON point_request (programme, payer, id) WHERE NOT hidden;
CREATE INDEX point_request_due ON point_request (expires_at) WHERE state = 'OPEN';
SELECT wall('point_request', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON point_request FROM laurel_app;

ALTER TABLE transfer ADD CONSTRAINT transfer_request
    FOREIGN KEY (programme, request) REFERENCES point_request (programme, id);
CREATE UNIQUE INDEX transfer_pays ON transfer (programme, request) WHERE request IS NOT NULL;

-- Why a transfer was held, by what numbers, and what an operator made of it.
CREATE TABLE transfer_review (
    programme int NOT NULL,
    transfer uuid NOT NULL,
    reasons text[] NOT NULL CHECK (cardinality(reasons) > 0),
    facts jsonb NOT NULL,
    held_at timestamptz NOT NULL,
    approved boolean,
    operator uuid,
    decided_at timestamptz,
    CHECK ((approved IS NULL) = (decided_at IS NULL)),
    PRIMARY KEY (programme, transfer),
    FOREIGN KEY (programme, transfer) REFERENCES transfer (programme, id)
);
SELECT wall('transfer_review', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON transfer_review FROM laurel_app;

-- Causes: what members may give points to. The points wait in the cause's account until an
-- operator pays them out.
CREATE TABLE giving_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    donation_month_max bigint CHECK (donation_month_max > 0),  -- NULL: no limit
    changed_at timestamptz NOT NULL
);
SELECT wall('giving_policy', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON giving_policy FROM laurel_app;

CREATE TABLE cause (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    description text NOT NULL CHECK (char_length(description) BETWEEN 1 AND 1000),
    url text NOT NULL CHECK (url ~ '^https://' AND char_length(url) <= 500),
    goal bigint CHECK (goal > 0),
    book int NOT NULL,
    account bigint NOT NULL,
    active_from timestamptz NOT NULL,
    active_until timestamptz,
    closed_at timestamptz,
    donated bigint NOT NULL DEFAULT 0 CHECK (donated >= 0),  -- what members gave, less what was undone
    donations bigint NOT NULL DEFAULT 0 CHECK (donations >= 0),
    paid_out bigint NOT NULL DEFAULT 0 CHECK (paid_out >= 0 AND paid_out <= donated),
    created_at timestamptz NOT NULL,
    CHECK (active_until > active_from),
    PRIMARY KEY (programme, id),
    CONSTRAINT cause_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id)
);
SELECT wall('cause', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON cause FROM laurel_app;

-- The id is also that of the ledger's posting. named: the donor wants to be seen.
CREATE TABLE donation (
    programme int NOT NULL,
    id uuid NOT NULL,
    cause uuid NOT NULL,
    member uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    named boolean NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),  -- of the donor's local date
    given_at timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, cause) REFERENCES cause (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX donation_own ON donation (programme, member, id);
CREATE INDEX donation_month ON donation (programme, member, month) WHERE undone_at IS NULL;
CREATE INDEX donation_named ON donation (programme, cause, id) WHERE named AND undone_at IS NULL;
SELECT wall('donation', grants => 'SELECT, INSERT, UPDATE');
REVOKE DELETE ON donation FROM laurel_app;

CREATE TABLE payout (
    programme int NOT NULL,
    id uuid NOT NULL,
    cause uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    reference text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 140),
    operator uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, cause) REFERENCES cause (programme, id)
);
CREATE INDEX payout_cause ON payout (programme, cause, id);
SELECT wall('payout', grants => 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON payout FROM laurel_app;
