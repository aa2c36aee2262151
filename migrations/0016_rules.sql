-- Earning rules in full, and what becomes of an award when its activity is judged anew.
ALTER TABLE earning_rule
    DROP CONSTRAINT earning_rule_measure_check,
    ADD CONSTRAINT earning_rule_measure_check
        CHECK (measure IN ('METRES', 'SECONDS', 'ACTIVITIES', 'QUANTITY')),
    ADD COLUMN week_max int CHECK (week_max > 0),    -- NULL: no limit but the day's
    ADD COLUMN month_max int CHECK (month_max > 0);

-- What makes a rule give more, or less, for a while or for some. Only its end may be set later,
-- so an award can be explained for ever.
CREATE TABLE multiplier (
    programme int NOT NULL REFERENCES programme (id),
    number int NOT NULL CHECK (number > 0),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    activity text CHECK (activity ~ '^[A-Z][A-Z_]{0,29}$'),  -- NULL: whatever the activity is
    tier text CHECK (char_length(tier) BETWEEN 1 AND 80),  -- NULL: for members of any, or none
    segment text CHECK (char_length(segment) BETWEEN 1 AND 80),
    percent int NOT NULL CHECK (percent BETWEEN 1 AND 1000),
    active_from timestamptz NOT NULL,
    active_until timestamptz CHECK (active_until >= active_from),  -- NULL: until it is ended
    set_at timestamptz NOT NULL,
    PRIMARY KEY (programme, number)
);
SELECT wall('multiplier', grants => 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON multiplier FROM laurel_app;
GRANT UPDATE (active_until) ON multiplier TO laurel_app, laurel_walled;

-- How long believed activities wait for their points, by who vouches for them; none: not at all.
CREATE TABLE maturity (
    programme int NOT NULL REFERENCES programme (id),
    proof text NOT NULL CHECK (proof IN ('CLAIMED', 'DEVICE', 'PARTNER', 'VERIFIED')),
    hours int NOT NULL CHECK (hours BETWEEN 0 AND 2160),
    PRIMARY KEY (programme, proof)
);
SELECT wall('maturity');

-- An award is of one revision of its activity, and says which limit took what. When a later
-- revision undoes it, that is noted beside it; the award itself never changes.
ALTER TABLE award
    ADD COLUMN revision int NOT NULL DEFAULT 1 CHECK (revision > 0),
    ADD COLUMN multipliers int[] NOT NULL DEFAULT '{}',
    ADD COLUMN day_took bigint NOT NULL DEFAULT 0 CHECK (day_took >= 0),
    ADD COLUMN week_took bigint NOT NULL DEFAULT 0 CHECK (week_took >= 0),
    ADD COLUMN month_took bigint NOT NULL DEFAULT 0 CHECK (month_took >= 0),
    ADD COLUMN matures_at timestamptz,
    ADD COLUMN matured_at timestamptz,  -- when it was told that they are there
    ADD COLUMN undone_at timestamptz,
    ADD COLUMN returned bigint CHECK (returned BETWEEN 0 AND given);  -- points that came back
UPDATE award SET day_took = wanted - given WHERE wanted > given;
UPDATE award SET matures_at = at + interval '24 hours' WHERE pending;
UPDATE award SET matured_at = matures_at WHERE matures_at <= now();
ALTER TABLE award
    ALTER COLUMN revision DROP DEFAULT,
    ALTER COLUMN multipliers DROP DEFAULT,
    ALTER COLUMN day_took DROP DEFAULT,
    ALTER COLUMN week_took DROP DEFAULT,
    ALTER COLUMN month_took DROP DEFAULT,
    DROP COLUMN pending,
    DROP CONSTRAINT award_pkey,
    ADD PRIMARY KEY (programme, activity, rule, revision),
    ADD CONSTRAINT award_limits_add_up CHECK (given = wanted - day_took - week_took - month_took),
    ADD CONSTRAINT award_waits_for_points CHECK (matures_at IS NULL OR given > 0),
    ADD CONSTRAINT award_matures_once CHECK (matured_at IS NULL OR matures_at IS NOT NULL),
    ADD CONSTRAINT award_undone_whole CHECK ((undone_at IS NULL) = (returned IS NULL));
-- Whatever two workers may try, an activity is paid for once.
CREATE UNIQUE INDEX award_standing ON award (programme, activity) WHERE undone_at IS NULL;
CREATE INDEX award_due ON award (matures_at)
    WHERE matures_at IS NOT NULL AND matured_at IS NULL AND undone_at IS NULL;
GRANT UPDATE (undone_at, returned, matured_at) ON award TO laurel_app;
-- An operator who erases a member withdraws what was promised to them.
GRANT UPDATE (matured_at) ON award TO laurel_walled;

-- The newest revision that was seen of an activity that was judged again: one that arrives
-- after it is late, even where the newest earned nothing and so has no award.
CREATE TABLE award_revision (
    programme int NOT NULL,
    activity uuid NOT NULL,
    member uuid NOT NULL,
    revision int NOT NULL CHECK (revision > 1),
    PRIMARY KEY (programme, activity),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX award_revision_member ON award_revision (programme, member);
SELECT wall('award_revision', grants => 'SELECT');
REVOKE DELETE ON award_revision FROM laurel_app;

-- Points of an award that was undone and that the member had spent: taken from what the member
-- earns later, or given up.
CREATE TABLE claim (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    activity uuid NOT NULL,
    rule text NOT NULL,
    revision int NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    settled bigint NOT NULL DEFAULT 0 CHECK (settled BETWEEN 0 AND points),
    state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'SETTLED', 'WRITTEN_OFF')),
    at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT claim_closed_whole CHECK ((state = 'OPEN') = (closed_at IS NULL)),
    CONSTRAINT claim_settled_whole CHECK ((state = 'SETTLED') = (settled = points)),
    PRIMARY KEY (programme, id),
    UNIQUE (programme, activity, rule, revision),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, activity, rule, revision)
        REFERENCES award (programme, activity, rule, revision)
);
CREATE INDEX claim_open ON claim (programme, member, id) WHERE state = 'OPEN';
SELECT wall('claim', grants => 'SELECT');
REVOKE UPDATE, DELETE ON claim FROM laurel_app;
GRANT UPDATE (settled, state, closed_at) ON claim TO laurel_app, laurel_walled;

-- The accounts that several calls of one transaction will touch, locked in id order by one:
-- whoever locked some of them by each call could wait in a circle with another who does.
CREATE FUNCTION ledger.lock_accounts(p_book int, p_accounts bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM ledger.account AS a
      WHERE a.book = p_book AND a.id = ANY (p_accounts) ORDER BY a.id FOR NO KEY UPDATE;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.lock_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.lock_accounts TO laurel_app;
