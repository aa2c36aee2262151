-- The ledger's tables. Only the functions of 0003 and 0004 write here: the app's role may read
-- and execute, nothing else, and the database refuses what a function forgets.
--
-- Months are whole numbers: year * 12 + month - 1 (UTC). 32767 is "never expires".
-- System accounts are negative and have no row: -1 issuance, -2 redemption, -3 breakage,
-- -4 clearing, -5 adjustment. Nobody ever locks them; their totals are derived.
CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO laurel_app;

CREATE TABLE ledger.book (
    id int PRIMARY KEY CHECK (id > 0),
    unit text NOT NULL,
    -- Ids older or newer than this are refused, so refusals need not be kept for ever.
    id_past interval NOT NULL DEFAULT '30 days',
    id_future interval NOT NULL DEFAULT '2 days',
    -- 1 only_pending, 2 within_balance, 3 negative_allowed
    return_policy smallint NOT NULL DEFAULT 2 CHECK (return_policy IN (1, 2, 3)),
    -- How many whole months earned points live after the month they were earned in; NULL: for ever.
    expiry_months smallint CHECK (expiry_months BETWEEN 0 AND 34),
    -- No lot of this month or before can be made any more: such points get a later month.
    closed_through smallint NOT NULL,
    -- Every lot of this month and before has been swept from every account. Later lots of
    -- months that have passed are stale: nobody may spend them, and the sweep will take them.
    expired_through smallint NOT NULL CHECK (expired_through <= closed_through),
    created_at timestamptz NOT NULL
);

-- How far the long jobs of a book are; a row of its own, so that they never touch the book's.
CREATE TABLE ledger.upkeep (
    book int PRIMARY KEY REFERENCES ledger.book (id),
    closing_xid bigint,  -- the transaction that closed the last month
    -- Transactions older than this may have begun to write while that month was open.
    closed_xid bigint,
    swept_to bigint NOT NULL DEFAULT 0,  -- the last account the running sweep looked at
    sweep_left boolean NOT NULL DEFAULT false,  -- it met stale points that holds protect
    totalled_xid bigint NOT NULL  -- journal rows below this are in day_total
);

CREATE SEQUENCE ledger.account_id;

CREATE TABLE ledger.account (
    book int NOT NULL REFERENCES ledger.book (id),
    id bigint NOT NULL CHECK (id > 0),
    class smallint NOT NULL CHECK (class IN (1, 2, 3)),  -- 1 wallet, 2 escrow, 3 prepaid
    balance bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    debt bigint NOT NULL DEFAULT 0 CHECK (debt >= 0),
    seq bigint NOT NULL DEFAULT 0,
    -- Slots 1..37 hold month % 37 + 1, slot 38 what never expires; their sum is the balance.
    lots bigint[] NOT NULL DEFAULT array_fill(0::bigint, ARRAY[38]),
    CONSTRAINT account_never_negative CHECK (held >= 0 AND balance >= held),
    CONSTRAINT account_lots_complete CHECK (cardinality(lots) = 38 AND 0 <= ALL (lots)),
    PRIMARY KEY (book, id)
) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02);

-- One row moves points from one account to another: it sums to zero by construction.
-- kind: 1 move, 2 hold, 3 capture, 4 release, 5 expire, 6 reverse, 7 settle (of a debt).
-- A hold and its release have no other side: their credit is 0.
-- seq and balance are those of a side with a row; both are NULL for a system account.
-- month is the one lot month that moved; lots is {month, amount, ...} where there were several.
CREATE TABLE ledger.journal (
    book int NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 7),
    month smallint,
    id uuid NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    debit_seq bigint,
    debit_balance bigint,
    credit_seq bigint,
    credit_balance bigint,
    xid bigint NOT NULL,  -- of the writing transaction: what sealing orders by
    at timestamptz NOT NULL,
    ref uuid,  -- the hold captured or released, the posting reversed or settled from
    grp uuid,  -- linked postings, made together or not at all
    actor uuid,
    lots bigint[],
    meta jsonb,
    CHECK (debit <> credit),
    PRIMARY KEY (book, id)
) PARTITION BY RANGE (id);
GRANT SELECT ON ledger.journal TO laurel_app;

-- Makes the partitions of the months from `first` to `last`; may run twice, and at once.
CREATE FUNCTION ledger.keep_months(first timestamptz, last timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    month timestamptz;
    name text;
    made int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger.keep_months', 0));
    FOR month IN SELECT generate_series(date_trunc('month', first, 'UTC'),
                                        date_trunc('month', last, 'UTC'), '1 month', 'UTC') LOOP
        name := 'journal_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM');
        CONTINUE WHEN to_regclass('ledger.' || name) IS NOT NULL;
        -- Made apart and then attached: CREATE TABLE PARTITION OF would wait for everybody who
        -- reads or posts, and keep everybody else waiting behind it.
        EXECUTE format('CREATE TABLE ledger.%I (LIKE ledger.journal INCLUDING CONSTRAINTS
                        INCLUDING INDEXES)', name);
        EXECUTE format('CREATE UNIQUE INDEX %I ON ledger.%I (book, debit, debit_seq) WHERE debit_seq IS NOT NULL',
                       name || '_debit_seq', name);
        EXECUTE format('CREATE UNIQUE INDEX %I ON ledger.%I (book, credit, credit_seq) WHERE credit_seq IS NOT NULL',
                       name || '_credit_seq', name);
        EXECUTE format('CREATE INDEX %I ON ledger.%I USING brin (xid) WITH (pages_per_range = 32, autosummarize = on)',
                       name || '_xid', name);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.%I
                        FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()', name);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', name);
        EXECUTE format('GRANT SELECT ON ledger.%I TO laurel_app', name);
        EXECUTE format('ALTER TABLE ledger.journal ATTACH PARTITION ledger.%I
                        FOR VALUES FROM (%L) TO (%L)',
                       name, uuid7_floor(month), uuid7_floor(date_add(month, '1 month', 'UTC')));
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG900', message = 'the journal is append-only';
END $$;

CREATE TABLE ledger.hold (
    book int NOT NULL,
    id uuid NOT NULL,  -- of the posting that made it
    account bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),  -- open, captured, released
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id)
);
CREATE INDEX hold_due ON ledger.hold (book, expires_at) WHERE state = 0;
CREATE INDEX hold_account ON ledger.hold (book, account) WHERE state = 0;

-- A posting is reversed at most once, whatever month it is from.
CREATE TABLE ledger.reversal (
    book int NOT NULL,
    original uuid NOT NULL,
    id uuid NOT NULL,
    wanted bigint NOT NULL CHECK (wanted > 0),
    PRIMARY KEY (book, original)
);

-- A refusal is an answer too: a late duplicate of a refused request must not post.
-- Outcome 2 keeps a reversal that could take nothing, so has no journal row: all became debt.
CREATE TABLE ledger.refusal (
    book int NOT NULL,
    id uuid NOT NULL,
    outcome smallint NOT NULL,
    kind smallint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL,
    ref uuid,
    at timestamptz NOT NULL,
    PRIMARY KEY (book, id)
);

-- Points promised but not yet spendable; they mature by time or by an act, under the same id.
CREATE TABLE ledger.pending (
    book int NOT NULL,
    id uuid NOT NULL,
    account bigint NOT NULL,
    source bigint NOT NULL,  -- the account they will come from
    amount bigint NOT NULL CHECK (amount > 0),
    month smallint,
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),  -- waiting, matured, cancelled
    matures_at timestamptz,  -- NULL: only by an act
    at timestamptz NOT NULL,
    actor uuid,
    meta jsonb,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id)
);
CREATE INDEX pending_due ON ledger.pending (book, matures_at) WHERE state = 0;
CREATE INDEX pending_account ON ledger.pending (book, account) WHERE state = 0;

-- Points on their way to another book: the first leg is posted with this row, the second leg
-- under the same id in the other book; an open row is a leg that recovery must still post.
CREATE TABLE ledger.crossing (
    book int NOT NULL,  -- where the points left
    id uuid NOT NULL,
    to_book int NOT NULL REFERENCES ledger.book (id),
    to_account bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),  -- in the other book's unit
    month smallint NOT NULL,
    arrived boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL,
    meta jsonb,
    CHECK (book <> to_book),
    PRIMARY KEY (book, id)
);
CREATE INDEX crossing_open ON ledger.crossing (book, at) WHERE NOT arrived;

-- Totals of the system accounts by the day (UTC) of `at`, over the rows with an xid below
-- upkeep.totalled_xid, so that nobody sums the whole journal. Holds and releases move nothing.
CREATE TABLE ledger.day_total (
    book int NOT NULL,
    day date NOT NULL,
    account bigint NOT NULL CHECK (account < 0),
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    PRIMARY KEY (book, day, account)
);

-- Sealed stretches of the journal: rows with first_xid <= xid < end_xid, in (xid, id) order,
-- as leaves of a Merkle tree (RFC 9162 hashing); head chains the segments of a book.
CREATE TABLE ledger.seal (
    book int NOT NULL,
    segment int NOT NULL CHECK (segment >= 1),
    first_xid bigint NOT NULL,
    end_xid bigint NOT NULL CHECK (end_xid > first_xid),
    rows bigint NOT NULL CHECK (rows > 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    head bytea NOT NULL CHECK (length(head) = 32),
    at timestamptz NOT NULL,
    PRIMARY KEY (book, segment)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.seal
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO laurel_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.keep_months TO laurel_app;
SELECT ledger.keep_months(now() - interval '2 months', now() + interval '3 months');
