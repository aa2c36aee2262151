-- Tiers, levels, and what members gathered towards them.

-- The ladder of a programme. While it is reviewed, members are looked at anew in the order of
-- their ids, those up to one of them were.
CREATE TABLE tier_ladder (
    programme int PRIMARY KEY REFERENCES programme (id),
    version int NOT NULL CHECK (version > 0),
    counting int NOT NULL CHECK (counting BETWEEN 1 AND version),
    terms jsonb NOT NULL CHECK (jsonb_typeof(terms) = 'object'),
    reviewing boolean NOT NULL,
    reviewed_to uuid,
    set_at timestamptz NOT NULL,
    CHECK (reviewing OR reviewed_to IS NULL)
);
CREATE INDEX tier_ladder_reviewing ON tier_ladder (programme) WHERE reviewing;

-- Where a member is, by which version, and from points that were counted by which.
CREATE TABLE tier_member (
    programme int NOT NULL,
    member uuid NOT NULL,
    version int NOT NULL CHECK (version > 0),
    counting int NOT NULL CHECK (counting >= 0),  -- 0: to be counted anew
    xp bigint NOT NULL CHECK (xp >= 0),  -- points of a whole life
    level smallint NOT NULL CHECK (level >= 0),
    tier text CHECK (tier ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    since timestamptz,
    until date,  -- the last day of its validity
    due date,  -- when the member falls
    CONSTRAINT tier_member_has_been_since CHECK ((tier IS NULL) = (since IS NULL)),
    CONSTRAINT tier_member_falls_after CHECK ((until IS NULL) = (due IS NULL) AND due > until),
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX tier_member_due ON tier_member (due, programme, member) WHERE due IS NOT NULL;

-- What was earned in each month of the member's local days: what counts for tiers, and all of it.
CREATE TABLE tier_month (
    programme int NOT NULL,
    member uuid NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    points bigint NOT NULL CHECK (points >= 0),
    xp bigint NOT NULL CHECK (xp >= 0),
    PRIMARY KEY (programme, member, month),
    FOREIGN KEY (programme, member) REFERENCES tier_member (programme, member) ON DELETE CASCADE
);

-- Points that no activity earned.
CREATE TABLE tier_credit (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,  -- who has it now
    getter uuid NOT NULL,  -- who got it, before they were merged into another
    kind text NOT NULL CHECK (kind IN ('CREDIT', 'EARNED')),
    points bigint NOT NULL CHECK (points > 0),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 140),
    at timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX tier_credit_member ON tier_credit (programme, member, at DESC, id DESC);

REVOKE DELETE ON tier_ladder, tier_credit FROM laurel_app;

-- An operator's word, or a challenge that they end, may give credit.
SELECT wall('tier_ladder', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('tier_member');
SELECT wall('tier_month');
SELECT wall('tier_credit', grants => 'SELECT, INSERT, UPDATE');
