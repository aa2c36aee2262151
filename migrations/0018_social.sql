-- Clubs with a pooled balance; how members find each other by links and contacts; friends of
-- other programmes; referrals.

-- What clubs of a programme may do; one without a row has the defaults of the code.
CREATE TABLE club_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    members_max smallint NOT NULL CHECK (members_max BETWEEN 2 AND 500),
    clubs_max smallint NOT NULL CHECK (clubs_max BETWEEN 1 AND 50),
    owner_day_max bigint NOT NULL CHECK (owner_day_max > 0),
    owner_month_max bigint NOT NULL CHECK (owner_month_max >= owner_day_max),
    treasurer_day_max bigint NOT NULL CHECK (treasurer_day_max > 0),
    treasurer_month_max bigint NOT NULL CHECK (treasurer_month_max >= treasurer_day_max),
    keep_months smallint NOT NULL CHECK (keep_months BETWEEN 1 AND 24)
);

CREATE TABLE club (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    book int NOT NULL,
    account bigint NOT NULL,
    owner uuid,
    -- Whole months that a gift stays in the pool after the month it was given in.
    keep_months smallint NOT NULL CHECK (keep_months BETWEEN 1 AND 24),
    founded_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT club_has_an_owner CHECK ((closed_at IS NULL) = (owner IS NOT NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT club_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id)
);

CREATE TABLE club_member (
    programme int NOT NULL,
    club uuid NOT NULL,
    member uuid NOT NULL,
    treasurer boolean NOT NULL DEFAULT false,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (programme, club, member),
    FOREIGN KEY (programme, club) REFERENCES club (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX club_member_clubs ON club_member (programme, member, joined_at DESC, club DESC);
-- Deferred, because a club and its first member refer to each other.
ALTER TABLE club ADD CONSTRAINT club_owner_belongs FOREIGN KEY (programme, id, owner)
    REFERENCES club_member (programme, club, member) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE club_invitation (
    programme int NOT NULL,
    club uuid NOT NULL,
    member uuid NOT NULL,
    inviter uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, club, member),
    FOREIGN KEY (programme, club) REFERENCES club (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, inviter) REFERENCES member (programme, id)
);
CREATE INDEX club_invitation_member ON club_invitation (programme, member, at DESC, club DESC);

-- Points that a member gave to a club, and what of them is still in the pool: what leaves it is
-- counted against the oldest gifts first. The sum of what is unspent is the pool's balance.
CREATE TABLE club_gift (
    programme int NOT NULL,
    id uuid NOT NULL,
    club uuid NOT NULL,
    member uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    unspent bigint NOT NULL CHECK (unspent BETWEEN 0 AND points),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, club) REFERENCES club (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX club_gift_unspent ON club_gift (programme, club, at, id) WHERE unspent > 0;
CREATE INDEX club_gift_oldest ON club_gift (at) WHERE unspent > 0;

-- Points that an officer paid out of a pool; the id is also that of the ledger's move.
CREATE TABLE club_payout (
    programme int NOT NULL,
    id uuid NOT NULL,
    club uuid NOT NULL,
    payer uuid NOT NULL,
    receiver uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    memo text CHECK (char_length(memo) BETWEEN 1 AND 140),
    day date NOT NULL,  -- in the programme's zone: what the limits count
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, club) REFERENCES club (programme, id),
    FOREIGN KEY (programme, payer) REFERENCES member (programme, id),
    FOREIGN KEY (programme, receiver) REFERENCES member (programme, id)
);
CREATE INDEX club_payout_day ON club_payout (programme, club, payer, day);

REVOKE DELETE ON club, club_gift, club_payout FROM laurel_app;

-- How a member may be found by those who are not their friends. No row: by handle only.
CREATE TABLE friend_finding (
    programme int NOT NULL,
    member uuid NOT NULL,
    by_handle boolean NOT NULL,
    by_contact boolean NOT NULL,
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
-- Hashes of the verified contacts of members who want to be found by them; of nobody else.
CREATE TABLE friend_contact (
    programme int NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    member uuid NOT NULL,
    PRIMARY KEY (programme, hash, member),
    FOREIGN KEY (programme, member) REFERENCES friend_finding (programme, member)
        ON DELETE CASCADE
);
CREATE INDEX friend_contact_member ON friend_contact (programme, member);

-- How much of a day's allowance of looking around a member has used.
CREATE TABLE friend_quota (
    programme int NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('CONTACT', 'LINK')),
    day date NOT NULL,  -- UTC
    used int NOT NULL CHECK (used > 0),
    PRIMARY KEY (programme, member, kind, day),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX friend_quota_day ON friend_quota (day);

CREATE TABLE friend_link (
    programme int NOT NULL,
    code text NOT NULL CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{20}$'),
    member uuid NOT NULL,
    note text CHECK (char_length(note) BETWEEN 1 AND 80),
    at_once boolean NOT NULL,  -- whoever opens it is a friend at once, or else has asked to be
    across boolean NOT NULL,  -- members of other programmes may open it, too
    uses_max smallint NOT NULL CHECK (uses_max BETWEEN 1 AND 100),
    uses smallint NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND uses_max),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > made_at),
    revoked_at timestamptz,
    PRIMARY KEY (programme, code),
    -- One that is opened from another programme is found by its code alone.
    CONSTRAINT friend_link_code UNIQUE (code),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX friend_link_newest ON friend_link (programme, member, made_at DESC, code DESC);

-- Friends of other programmes, one row in each of the two programmes. What one side knows of the
-- other before both have agreed is in no row of its programme: see docs/decisions/0015.
CREATE TABLE across_friend (
    programme int NOT NULL,
    member uuid NOT NULL,
    peer_programme int NOT NULL,
    peer uuid NOT NULL,
    id uuid NOT NULL,  -- the same on both sides
    since timestamptz NOT NULL,
    CHECK (programme <> peer_programme),
    PRIMARY KEY (programme, member, peer_programme, peer),
    CONSTRAINT across_friend_id UNIQUE (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    CONSTRAINT across_friend_mutual FOREIGN KEY (peer_programme, peer, programme, member)
        -- So that either side alone ends it for both, also from behind the wall.
        REFERENCES across_friend (programme, member, peer_programme, peer) ON DELETE CASCADE
);
CREATE INDEX across_friend_newest ON across_friend (programme, member, since DESC, id DESC);

-- An open wish between programmes: two rows with one id, each naming its own member only.
CREATE TABLE across_request (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    inviter boolean NOT NULL,  -- whose link it was: they decide
    code text NOT NULL,
    hidden boolean NOT NULL DEFAULT false,  -- declined; the one who opened the link is not told
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX across_request_newest ON across_request (programme, member, inviter, at DESC, id DESC);
CREATE INDEX across_request_pair ON across_request (id);

CREATE TABLE across_block (
    programme int NOT NULL,
    member uuid NOT NULL,
    peer_programme int NOT NULL,
    peer uuid NOT NULL,
    id uuid NOT NULL,  -- of the friendship that was
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, peer_programme, peer),
    CONSTRAINT across_block_id UNIQUE (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX across_block_newest ON across_block (programme, member, at DESC, id DESC);

-- What a referral pays, and its guards; also the row that is locked while a cap is counted.
CREATE TABLE referral_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    referrer_points bigint NOT NULL CHECK (referrer_points >= 0),
    newcomer_points bigint NOT NULL CHECK (newcomer_points >= 0),
    window_days smallint NOT NULL CHECK (window_days BETWEEN 1 AND 365),
    hold_days smallint NOT NULL CHECK (hold_days BETWEEN 0 AND 90),
    referrer_age_days smallint NOT NULL CHECK (referrer_age_days BETWEEN 0 AND 365),
    referrer_month_max int NOT NULL CHECK (referrer_month_max > 0),
    day_max bigint NOT NULL CHECK (day_max > 0),
    month_max bigint NOT NULL CHECK (month_max >= day_max),
    CHECK (referrer_points + newcomer_points > 0)
);

CREATE TABLE referral_code (
    programme int NOT NULL,
    code text NOT NULL CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{12}$'),
    member uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (programme, code),
    CONSTRAINT referral_code_member UNIQUE (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);

-- Which devices members came with, hashed.
CREATE TABLE referral_device (
    programme int NOT NULL,
    device bytea NOT NULL CHECK (length(device) = 32),
    member uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, device, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX referral_device_member ON referral_device (programme, member);

-- One-way marks of members who were erased: that somebody was here, not who.
CREATE TABLE referral_past (
    programme int NOT NULL REFERENCES programme (id),
    mark bytea NOT NULL CHECK (length(mark) = 32),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, mark)
);

CREATE TABLE referral (
    programme int NOT NULL,
    id uuid NOT NULL,
    referrer uuid NOT NULL,
    newcomer uuid NOT NULL,
    state text NOT NULL
        CHECK (state IN ('WAITING', 'HELD', 'PROMISED', 'PAID', 'REFUSED', 'LAPSED')),
    doubts text[] NOT NULL DEFAULT '{}',
    joined_at timestamptz NOT NULL,
    lapses_at timestamptz NOT NULL,
    cleared boolean NOT NULL DEFAULT false,  -- an operator has looked: guards and caps are over
    -- The first real act, and what was promised for it; NULL before there is one.
    activity uuid,
    referrer_points bigint CHECK (referrer_points >= 0),
    newcomer_points bigint CHECK (newcomer_points >= 0),
    referrer_posting uuid,
    newcomer_posting uuid,
    day date,  -- in the programme's zone: what the caps count
    acted_at timestamptz,
    pays_at timestamptz,
    resolved_at timestamptz,
    CHECK (referrer <> newcomer),
    CHECK ((state IN ('PAID', 'REFUSED', 'LAPSED')) = (resolved_at IS NOT NULL)),
    CHECK (state NOT IN ('PROMISED', 'PAID')
           OR num_nulls(activity, referrer_points, newcomer_points, day, acted_at, pays_at) = 0),
    PRIMARY KEY (programme, id),
    CONSTRAINT referral_once UNIQUE (programme, newcomer),
    FOREIGN KEY (programme, referrer) REFERENCES member (programme, id),
    FOREIGN KEY (programme, newcomer) REFERENCES member (programme, id)
);
CREATE INDEX referral_newest ON referral (programme, referrer, joined_at DESC, id DESC);
CREATE INDEX referral_caps ON referral (programme, day) WHERE state IN ('PROMISED', 'PAID');
CREATE INDEX referral_held ON referral (programme, joined_at, id) WHERE state = 'HELD';
CREATE INDEX referral_due ON referral (pays_at) WHERE state = 'PROMISED';
CREATE INDEX referral_lapsing ON referral (lapses_at) WHERE state = 'WAITING';

-- Whatever the code forgets: what was paid stays paid, what was refused stays refused.
CREATE FUNCTION refuse_second_reward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG902', message = 'a referral is resolved once';
END $$;
CREATE TRIGGER resolved_once BEFORE UPDATE ON referral
    FOR EACH ROW WHEN (old.resolved_at IS NOT NULL) EXECUTE FUNCTION refuse_second_reward();

REVOKE DELETE ON referral FROM laurel_app;

SELECT wall('club_policy', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('club', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('club_member');
SELECT wall('club_invitation');
SELECT wall('club_gift', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('club_payout', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('friend_finding');
SELECT wall('friend_contact');
SELECT wall('friend_quota');
SELECT wall('friend_link');
SELECT wall('across_friend');
SELECT wall('across_request');
SELECT wall('across_block');
SELECT wall('referral_policy', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('referral_code');
SELECT wall('referral_device');
SELECT wall('referral_past', grants => 'SELECT, INSERT');
SELECT wall('referral', grants => 'SELECT, INSERT, UPDATE');
