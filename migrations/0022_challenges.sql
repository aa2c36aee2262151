-- Challenges: what partners and the programme ask for, and what they pay for it.

CREATE TABLE challenge (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    owner text NOT NULL CHECK (owner IN ('PARTNER', 'PROGRAMME', 'MEMBER')),
    partner uuid,
    creator uuid,  -- an operator or a member
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    description text NOT NULL CHECK (char_length(description) <= 2000),
    state text NOT NULL
        CHECK (state IN ('DRAFT', 'SUBMITTED', 'REJECTED', 'APPROVED', 'LIVE', 'PAUSED', 'ENDED',
                         'SETTLED', 'CANCELLED')),
    terms jsonb NOT NULL CHECK (jsonb_typeof(terms) = 'object'),
    version int NOT NULL CHECK (version > 0),
    book int NOT NULL,
    account bigint NOT NULL,
    budget bigint NOT NULL CHECK (budget BETWEEN 0 AND 9007199254740991),
    funded bigint NOT NULL CHECK (funded BETWEEN 0 AND budget),
    -- Never more goes out of an escrow than came in, whatever the code believes.
    spent bigint NOT NULL CHECK (spent >= 0),
    returned bigint NOT NULL CHECK (returned >= 0),
    halted boolean NOT NULL,  -- paused by an operator: only an operator resumes it
    created_at timestamptz NOT NULL,
    opens_at timestamptz NOT NULL,  -- the first day begins somewhere
    closes_at timestamptz NOT NULL,  -- the last day has ended everywhere
    cutoff_at timestamptz NOT NULL,
    exhausted_at timestamptz,
    disclosed_at timestamptz,
    reason text CHECK (char_length(reason) BETWEEN 1 AND 300),
    live_at timestamptz,
    ended_at timestamptz,
    settled_at timestamptz,
    -- At which version of the programme's challenges this one changed last.
    changed bigint NOT NULL,
    CONSTRAINT challenge_pays_what_it_has CHECK (spent + returned <= funded),
    CONSTRAINT challenge_has_an_owner CHECK (
        (owner = 'PARTNER') = (partner IS NOT NULL) AND (owner = 'PARTNER') = (creator IS NULL)),
    CONSTRAINT challenge_has_days CHECK (opens_at < closes_at AND closes_at <= cutoff_at),
    CONSTRAINT challenge_is_settled CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL)),
    CHECK (NOT halted OR state = 'PAUSED'),
    CHECK (state <> 'REJECTED' OR reason IS NOT NULL),
    PRIMARY KEY (programme, id),
    CONSTRAINT challenge_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
CREATE INDEX challenge_of_partner ON challenge (programme, partner, id DESC)
    WHERE partner IS NOT NULL;
-- Of members' own there may be a hundred times as many.
CREATE INDEX challenge_newest ON challenge (programme, id DESC) WHERE owner <> 'MEMBER';
CREATE INDEX challenge_changed ON challenge (programme, changed);
CREATE INDEX challenge_opening ON challenge (opens_at) WHERE state = 'APPROVED';
CREATE INDEX challenge_closing ON challenge (closes_at) WHERE state IN ('LIVE', 'PAUSED');
CREATE INDEX challenge_settling ON challenge (cutoff_at) WHERE state = 'ENDED';
CREATE INDEX challenge_leftover ON challenge (programme, id)
    WHERE state IN ('SETTLED', 'CANCELLED') AND funded > spent + returned;

-- Whatever the code forgets: what is over stays over, and money that came in or out is not unsaid.
CREATE FUNCTION refuse_second_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a challenge is over once';
END $$;
CREATE TRIGGER over_once BEFORE UPDATE ON challenge
    FOR EACH ROW WHEN (old.state IN ('SETTLED', 'CANCELLED') AND new.state <> old.state)
    EXECUTE FUNCTION refuse_second_life();

-- What came into an escrow from its payer, and what went back; the id is the posting's.
CREATE TABLE challenge_entry (
    programme int NOT NULL,
    id uuid NOT NULL,
    challenge uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('FUNDED', 'RETURNED')),
    points bigint NOT NULL CHECK (points > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, challenge) REFERENCES challenge (programme, id)
);
CREATE INDEX challenge_entry_of ON challenge_entry (programme, challenge, at);

-- Counts the changes of a programme's challenges, one after the other: what a process has read of
-- them is still true while this is the same. The epoch tells one database from another.
CREATE TABLE challenge_version (
    programme int PRIMARY KEY REFERENCES programme (id),
    version bigint NOT NULL CHECK (version > 0),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    changed_by bigint NOT NULL  -- the number of the transaction
);

-- What operators put into a partner's prepaid account, against a payment made elsewhere, or took
-- out again; the id is the posting's.
CREATE TABLE partner_payment (
    programme int NOT NULL,
    id uuid NOT NULL,
    partner uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('TOP_UP', 'WITHDRAWAL')),
    points bigint NOT NULL CHECK (points > 0),
    reference text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 140),
    operator uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    -- The same payment is not booked twice.
    CONSTRAINT partner_payment_reference UNIQUE (programme, kind, reference),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
CREATE INDEX partner_payment_newest ON partner_payment (programme, partner, id DESC);

REVOKE DELETE ON challenge, challenge_version FROM laurel_app;
REVOKE UPDATE, DELETE ON challenge_entry, partner_payment FROM laurel_app;

SELECT wall('challenge', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('challenge_entry', grants => 'SELECT, INSERT');
SELECT wall('challenge_version', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('partner_payment', grants => 'SELECT, INSERT');

-- Whom a challenge would be for: previews read whole segments and tiers.
CREATE INDEX member_label_name ON member_label (programme, kind, name);
