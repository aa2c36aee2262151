-- What members did that is no sport, as others vouch for it: each part belongs to one capability
-- between activities and points, and ends in an activity.

-- ---- purchases ----
-- What of a purchase counts. Rules give points per minor unit, so a programme has one currency.
CREATE TABLE purchase_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    taxes boolean NOT NULL,
    shipping boolean NOT NULL
);
SELECT wall('purchase_policy');

CREATE TABLE shop (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
    kind text NOT NULL CHECK (kind IN ('SHOPIFY', 'WOOCOMMERCE')),
    domain text NOT NULL CHECK (domain ~ '^[a-z0-9.-]{4,253}$'),
    open boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    CONSTRAINT shop_slug UNIQUE (programme, slug),
    CONSTRAINT shop_domain UNIQUE (programme, kind, domain),
    -- A webhook's address says the shop alone.
    CONSTRAINT shop_id UNIQUE (id)
);
SELECT wall('shop', grants => 'SELECT, INSERT, UPDATE');

-- A signature is checked with the secret itself, so it is kept; whoever adds one never sees it
-- again, so the wall lets nobody read it.
CREATE TABLE shop_secret (
    programme int NOT NULL,
    shop uuid NOT NULL,
    id uuid NOT NULL,
    secret text NOT NULL CHECK (char_length(secret) BETWEEN 8 AND 200),
    created_at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (programme, shop, id),
    FOREIGN KEY (programme, shop) REFERENCES shop (programme, id)
);
SELECT wall('shop_secret', grants => 'INSERT');
GRANT SELECT (programme, shop, id, created_at, valid_until), UPDATE (valid_until)
    ON shop_secret TO laurel_walled;

-- Webhooks that have been taken, by the shop's own id of them, for as long as they may come again.
CREATE TABLE shop_delivery (
    programme int NOT NULL,
    shop uuid NOT NULL,
    delivery text NOT NULL CHECK (char_length(delivery) BETWEEN 1 AND 100),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, shop, delivery),
    FOREIGN KEY (programme, shop) REFERENCES shop (programme, id)
);
CREATE INDEX shop_delivery_at ON shop_delivery (at);
SELECT wall('shop_delivery', grants => 'SELECT, INSERT');

-- All that was heard of an order, joined; payment is NULL while only refunds of it are known.
-- The buyer's refs are kept only until it is known which member it is, or 90 days.
CREATE TABLE purchase (
    programme int NOT NULL REFERENCES programme (id),
    source text NOT NULL CHECK (char_length(source) BETWEEN 1 AND 120),
    order_ref text NOT NULL CHECK (char_length(order_ref) BETWEEN 1 AND 64),
    payment text CHECK (payment IN ('UNPAID', 'PAID', 'REFUNDED', 'CANCELLED')),
    version_at timestamptz,
    version_rank smallint,
    digest bytea CHECK (length(digest) = 32),
    deleted boolean NOT NULL DEFAULT false,
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    ordered_at timestamptz,
    shipping_minor bigint NOT NULL DEFAULT 0,
    shipping_tax_minor bigint NOT NULL DEFAULT 0,
    total_minor bigint NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    customer text,
    loyalty text,
    email_sha256 bytea CHECK (length(email_sha256) = 32),
    member uuid,
    activity uuid,
    counted_minor bigint NOT NULL DEFAULT 0 CHECK (counted_minor >= 0),
    -- How often it was worth nothing and then something again: each time is an activity anew.
    revivals smallint NOT NULL DEFAULT 0,
    heard_at timestamptz NOT NULL,
    -- When to look again whose it is; NULL: known, or given up.
    look_at timestamptz,
    CONSTRAINT purchase_known_whole CHECK ((payment IS NULL) = (version_at IS NULL)
        AND (payment IS NULL) = (digest IS NULL) AND (payment IS NULL) = (currency IS NULL)
        AND (payment IS NULL) = (ordered_at IS NULL) AND (payment IS NULL) = (version_rank IS NULL)),
    CONSTRAINT purchase_counts_for_somebody CHECK (counted_minor = 0 OR activity IS NOT NULL),
    CONSTRAINT purchase_member_or_refs CHECK (member IS NULL
        OR (customer IS NULL AND loyalty IS NULL AND email_sha256 IS NULL)),
    CONSTRAINT purchase_activity_has_member CHECK (activity IS NULL OR member IS NOT NULL),
    PRIMARY KEY (programme, source, order_ref),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
CREATE INDEX purchase_of_member ON purchase (programme, member, ordered_at DESC)
    WHERE member IS NOT NULL;
CREATE INDEX purchase_unassigned ON purchase (look_at) WHERE look_at IS NOT NULL;
SELECT wall('purchase', grants => 'SELECT, INSERT, UPDATE');

CREATE TABLE purchase_line (
    programme int NOT NULL,
    source text NOT NULL,
    order_ref text NOT NULL,
    line text NOT NULL,
    product text NOT NULL,
    quantity int NOT NULL CHECK (quantity >= 0),
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    PRIMARY KEY (programme, source, order_ref, line),
    FOREIGN KEY (programme, source, order_ref) REFERENCES purchase (programme, source, order_ref)
);
SELECT wall('purchase_line');

-- lines and pieces belong together: which lines came back, and how many pieces of each.
CREATE TABLE purchase_refund (
    programme int NOT NULL,
    source text NOT NULL,
    order_ref text NOT NULL,
    refund text NOT NULL,
    lines text[] NOT NULL,
    pieces int[] NOT NULL,
    loose_minor bigint NOT NULL,
    loose_tax_minor bigint NOT NULL,
    shipping_minor bigint NOT NULL,
    shipping_tax_minor bigint NOT NULL,
    CHECK (cardinality(lines) = cardinality(pieces)),
    PRIMARY KEY (programme, source, order_ref, refund),
    FOREIGN KEY (programme, source, order_ref) REFERENCES purchase (programme, source, order_ref)
);
SELECT wall('purchase_refund', grants => 'SELECT, INSERT, UPDATE');

-- ---- volunteering ----
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- What an organiser signs statements with; only the public half where the algorithm has one.
CREATE TABLE volunteer_key (
    programme int NOT NULL REFERENCES programme (id),
    partner uuid NOT NULL,
    id uuid NOT NULL,
    algorithm text NOT NULL CHECK (algorithm IN ('ED25519', 'HMAC_SHA256')),
    key bytea NOT NULL CHECK (length(key) BETWEEN 24 AND 64),
    created_at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (programme, partner, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
SELECT wall('volunteer_key', grants => 'INSERT');
GRANT SELECT (programme, partner, id, algorithm, created_at, valid_until), UPDATE (valid_until)
    ON volunteer_key TO laurel_walled;

CREATE TABLE volunteer_opportunity (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    partner uuid NOT NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    text text NOT NULL CHECK (char_length(text) <= 2000),
    open boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
SELECT wall('volunteer_opportunity', grants => 'SELECT, INSERT, UPDATE');

CREATE TABLE volunteer_shift (
    programme int NOT NULL,
    id uuid NOT NULL,
    opportunity uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    places int CHECK (places > 0),
    CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, opportunity) REFERENCES volunteer_opportunity (programme, id)
);
CREATE INDEX volunteer_shift_times ON volunteer_shift (programme, starts_at, id);
SELECT wall('volunteer_shift', grants => 'SELECT, INSERT');
-- So that it can be locked while its places are counted.
GRANT UPDATE (places) ON volunteer_shift TO laurel_walled;

-- One row for a member and a shift. Nobody helps at two places at once, whoever confirms it.
CREATE TABLE volunteer_hours (
    programme int NOT NULL,
    id uuid NOT NULL,
    shift uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('CLAIMED', 'CONFIRMED', 'DECLINED', 'REVOKED')),
    claimed_minutes int CHECK (claimed_minutes > 0),
    starts_at timestamptz,
    ends_at timestamptz,
    activity uuid,
    claimed_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT volunteer_hours_decided CHECK ((state = 'CLAIMED') = (decided_at IS NULL)),
    CONSTRAINT volunteer_hours_confirmed CHECK (state NOT IN ('CONFIRMED', 'REVOKED')
        OR (starts_at < ends_at AND activity IS NOT NULL)),
    CONSTRAINT volunteer_hours_one_place_at_once EXCLUDE USING gist (
        programme WITH =, member WITH =, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state = 'CONFIRMED'),
    PRIMARY KEY (programme, id),
    CONSTRAINT volunteer_hours_once UNIQUE (programme, shift, member),
    FOREIGN KEY (programme, shift) REFERENCES volunteer_shift (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
CREATE INDEX volunteer_hours_of_member ON volunteer_hours (programme, member, id DESC);
SELECT wall('volunteer_hours', grants => 'SELECT, INSERT, UPDATE');

-- Signed statements that were redeemed: each is good once, for ever.
CREATE TABLE volunteer_statement (
    programme int NOT NULL,
    partner uuid NOT NULL,
    statement text NOT NULL CHECK (char_length(statement) BETWEEN 1 AND 100),
    hours uuid NOT NULL,
    PRIMARY KEY (programme, partner, statement),
    FOREIGN KEY (programme, hours) REFERENCES volunteer_hours (programme, id)
);
REVOKE UPDATE, DELETE ON volunteer_statement FROM laurel_app;
SELECT wall('volunteer_statement', grants => 'SELECT');

-- ---- sharing ----
-- Where links may lead: only what operators registered, so that no link is an open redirect.
CREATE TABLE share_target (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    url text NOT NULL CHECK (url ~ '^https://[!-~]+$' AND char_length(url) <= 2000),
    open boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id)
);
SELECT wall('share_target', grants => 'SELECT, INSERT, UPDATE');

CREATE TABLE share_link (
    programme int NOT NULL,
    code text NOT NULL CHECK (code ~ '^[a-z2-7]{12}$'),
    member uuid NOT NULL,
    target uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, code),
    -- The address that a stranger opens says nothing else.
    CONSTRAINT share_link_code UNIQUE (code),
    CONSTRAINT share_link_once UNIQUE (programme, member, target),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, target) REFERENCES share_target (programme, id)
);
SELECT wall('share_link', grants => 'SELECT');

-- How often strangers opened a link on one of its member's days, and what that earns by.
CREATE TABLE share_day (
    programme int NOT NULL,
    code text NOT NULL,
    day date NOT NULL,
    openings int NOT NULL CHECK (openings >= 0),
    activity uuid,
    PRIMARY KEY (programme, code, day),
    FOREIGN KEY (programme, code) REFERENCES share_link (programme, code),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
SELECT wall('share_day', grants => 'SELECT');

-- Who opened a link today, as a hash under a salt that is thrown away with the day: afterwards
-- it names nobody, and nobody can be looked for in it. No address and no browser is ever kept.
CREATE TABLE share_visitor (
    programme int NOT NULL,
    code text NOT NULL,
    day date NOT NULL,
    visitor bytea NOT NULL CHECK (length(visitor) = 16),
    PRIMARY KEY (programme, code, day, visitor),
    FOREIGN KEY (programme, code) REFERENCES share_link (programme, code)
);
CREATE INDEX share_visitor_day ON share_visitor (day);
SELECT shut('share_visitor');

CREATE TABLE share_network (
    programme int NOT NULL REFERENCES programme (id),
    day date NOT NULL,
    network bytea NOT NULL CHECK (length(network) = 16),
    openings int NOT NULL CHECK (openings >= 0),
    PRIMARY KEY (programme, day, network)
);
SELECT shut('share_network');

CREATE TABLE share_salt (
    programme int NOT NULL REFERENCES programme (id),
    day date NOT NULL,
    salt bytea NOT NULL CHECK (length(salt) = 32),
    PRIMARY KEY (programme, day)
);
SELECT shut('share_salt');

-- ---- energy ----
-- A meter is one member's: a household saves once.
CREATE TABLE energy_meter (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    ref text NOT NULL CHECK (char_length(ref) BETWEEN 1 AND 120),
    since timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    CONSTRAINT energy_meter_ref UNIQUE (programme, ref),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX energy_meter_member ON energy_meter (programme, member);
SELECT wall('energy_meter', grants => 'SELECT, INSERT, UPDATE');

-- What was used in each half hour of UTC. estimated: the supplier has not read the meter yet.
CREATE TABLE energy_slot (
    programme int NOT NULL,
    meter uuid NOT NULL,
    starts_at timestamptz NOT NULL CHECK (extract(epoch FROM starts_at) % 1800 = 0),
    wh int NOT NULL CHECK (wh BETWEEN 0 AND 100000),
    estimated boolean NOT NULL,
    PRIMARY KEY (programme, meter, starts_at),
    FOREIGN KEY (programme, meter) REFERENCES energy_meter (programme, id)
);
SELECT wall('energy_slot');

-- What a day of the member used and saved, and what that earns by. final: every half hour of it
-- was read; told_pending: it was told as provisional.
CREATE TABLE energy_day (
    programme int NOT NULL,
    meter uuid NOT NULL,
    day date NOT NULL,
    used_wh int NOT NULL CHECK (used_wh >= 0),
    baseline_wh int CHECK (baseline_wh >= 0),
    saved_wh int NOT NULL CHECK (saved_wh >= 0),
    slots smallint NOT NULL CHECK (slots BETWEEN 1 AND 50),
    final boolean NOT NULL,
    told_pending boolean NOT NULL DEFAULT false,
    activity uuid,
    CONSTRAINT energy_day_saves_against_something CHECK (saved_wh = 0 OR baseline_wh IS NOT NULL),
    PRIMARY KEY (programme, meter, day),
    FOREIGN KEY (programme, meter) REFERENCES energy_meter (programme, id),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
SELECT wall('energy_day', grants => 'SELECT, INSERT, UPDATE');

-- A file until it has been read, and what came of it afterwards.
CREATE TABLE energy_file (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'READ', 'REFUSED')),
    fault text,
    meter text NOT NULL CHECK (char_length(meter) BETWEEN 1 AND 40),
    zone text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    content bytea CHECK (length(content) BETWEEN 1 AND 10485760),
    half_hours int NOT NULL DEFAULT 0 CHECK (half_hours >= 0),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    received_at timestamptz NOT NULL,
    CONSTRAINT energy_file_waits_with_content CHECK ((state = 'WAITING') = (content IS NOT NULL)),
    CONSTRAINT energy_file_refused_for_a_fault CHECK ((state = 'REFUSED') = (fault IS NOT NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT energy_file_once UNIQUE (programme, sha256),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
ALTER TABLE energy_file ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX energy_file_waiting ON energy_file (leased_until, id) WHERE state = 'WAITING';
CREATE INDEX energy_file_member ON energy_file (programme, member, id DESC);
SELECT wall('energy_file', grants => 'SELECT, UPDATE');

-- ---- visits ----
-- Where a place is, and the secret behind its changing QR code.
CREATE TABLE visit_place (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    partner uuid,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    radius_m int NOT NULL CHECK (radius_m BETWEEN 10 AND 5000),
    -- How long until a visit of the same member counts again.
    interval_s int NOT NULL CHECK (interval_s BETWEEN 3600 AND 31622400),
    secret bytea NOT NULL CHECK (length(secret) = 32),
    open boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
SELECT wall('visit_place', grants => 'SELECT, INSERT, UPDATE');

-- When a member was at a place. Where exactly the telephone was is checked and not kept.
CREATE TABLE visit (
    programme int NOT NULL,
    id uuid NOT NULL,
    place uuid NOT NULL,
    member uuid NOT NULL,
    at timestamptz NOT NULL,
    activity uuid,
    PRIMARY KEY (programme, id),
    CONSTRAINT visit_once UNIQUE (programme, place, member, at),
    FOREIGN KEY (programme, place) REFERENCES visit_place (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
CREATE INDEX visit_of_member ON visit (programme, member, at DESC);
REVOKE DELETE ON visit FROM laurel_app;
SELECT wall('visit', grants => 'SELECT');
-- An operator who erases a member blurs when they came.
GRANT UPDATE (at) ON visit TO laurel_walled;

-- ---- surveys ----
CREATE TABLE survey (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    partner uuid,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    url text NOT NULL CHECK (url ~ '^https://[!-~]+$' AND char_length(url) <= 2000),
    closes_at timestamptz NOT NULL,
    open boolean NOT NULL DEFAULT true,
    secret bytea NOT NULL CHECK (length(secret) = 32),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id)
);
SELECT wall('survey', grants => 'INSERT');
-- What signs return tokens is told once, when the survey is registered.
GRANT SELECT (programme, id, partner, title, url, closes_at, open, created_at), UPDATE (open)
    ON survey TO laurel_walled;

-- One row for a member and a survey. ref is all that the survey's page learns of the member.
CREATE TABLE survey_answer (
    programme int NOT NULL,
    survey uuid NOT NULL,
    member uuid NOT NULL,
    ref text NOT NULL CHECK (ref ~ '^[a-z2-7]{26}$'),
    started_at timestamptz NOT NULL,
    answered_at timestamptz,
    activity uuid,
    PRIMARY KEY (programme, survey, member),
    CONSTRAINT survey_answer_ref UNIQUE (programme, survey, ref),
    FOREIGN KEY (programme, survey) REFERENCES survey (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
CREATE INDEX survey_answer_member ON survey_answer (programme, member);
SELECT wall('survey_answer', grants => 'SELECT, UPDATE');
