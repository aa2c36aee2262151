-- Members in full: who vouches for them, what others call them, how they are reached, and whether
-- they are still here. An issuer's name for a person used to be two columns of the member; now a
-- member may have several, and one that was imported has none until its person comes.

-- Sixty of an id's random bits as a number that can be read out: 4F7K-92QX-M1TD, in Crockford's
-- alphabet (no I, L, O, U).
CREATE FUNCTION loyalty_number(id uuid) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    bits bigint := ('x0' || right(replace(id::text, '-', ''), 15))::bit(64)::bigint;
    said text := '';
BEGIN
    FOR n IN REVERSE 11..0 LOOP
        said := said || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (bits >> 5 * n & 31)::int + 1, 1);
        IF n IN (8, 4) THEN
            said := said || '-';
        END IF;
    END LOOP;
    RETURN said;
END $$;

ALTER TABLE member RENAME CONSTRAINT member_identity TO member_identity_before;
-- name: an erased member has none; nobody else is without one.
ALTER TABLE member
    ADD COLUMN external_ref text,
    ADD COLUMN state text NOT NULL DEFAULT 'ACTIVE'
        CHECK (state IN ('ACTIVE', 'LEFT', 'MERGED', 'ERASED')),
    -- Always one that is not merged itself: whoever follows takes one step.
    ADD COLUMN merged_into uuid,
    DROP CONSTRAINT member_name_check;
UPDATE member SET external_ref = loyalty_number(id);
ALTER TABLE member
    ALTER COLUMN external_ref SET NOT NULL,
    ADD CONSTRAINT member_external_ref_check CHECK (external_ref ~ '^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}$'),
    ADD CONSTRAINT member_name_check CHECK (char_length(name) <= 80
        AND (name = '') = (state = 'ERASED') AND name !~ '[\x01-\x1f\x7f]'),
    ADD CONSTRAINT member_merged_into_check CHECK ((state = 'MERGED') = (merged_into IS NOT NULL)
        AND merged_into <> id),
    ADD CONSTRAINT member_external_ref UNIQUE (programme, external_ref),
    ADD CONSTRAINT member_merged_into FOREIGN KEY (programme, merged_into)
        REFERENCES member (programme, id);
CREATE INDEX member_merged ON member (programme, merged_into) WHERE merged_into IS NOT NULL;

-- Who vouches for a member, and what they call them.
CREATE TABLE member_identity (
    programme int NOT NULL,
    issuer text NOT NULL CHECK (char_length(issuer) BETWEEN 1 AND 255),
    subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
    member uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (programme, issuer, subject),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX member_identity_member ON member_identity (programme, member);
INSERT INTO member_identity (programme, issuer, subject, member, since)
SELECT programme, issuer, subject, id, joined_at FROM member;
ALTER TABLE member DROP COLUMN issuer, DROP COLUMN subject;

-- What a partner, a shop or a device calls a member.
CREATE TABLE member_link (
    programme int NOT NULL,
    source text NOT NULL CHECK (char_length(source) BETWEEN 1 AND 80),
    ref text NOT NULL CHECK (char_length(ref) BETWEEN 1 AND 255),
    member uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (programme, source, ref),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX member_link_member ON member_link (programme, member);

-- How a member is reached. Two members may have the same: that is a hint, not a mistake.
CREATE TABLE member_contact (
    programme int NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('EMAIL', 'PHONE')),
    value text NOT NULL CHECK (char_length(value) BETWEEN 3 AND 254
        AND CASE kind WHEN 'EMAIL' THEN value ~ '^[^@\s]+@[^@\s]+$' ELSE value ~ '^\+[0-9]{4,15}$' END),
    verified_at timestamptz,  -- NULL: somebody said so
    since timestamptz NOT NULL,
    PRIMARY KEY (programme, member, kind, value),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX member_contact_value ON member_contact (programme, kind, value);

-- What a member is called by the programme's rules: a tier, segments. Kept when they end, for an
-- activity earns by what held when it was done.
CREATE TABLE member_label (
    programme int NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('TIER', 'SEGMENT')),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz CHECK (valid_until >= valid_from),
    PRIMARY KEY (programme, member, kind, name, valid_from),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE UNIQUE INDEX member_label_one_tier ON member_label (programme, member)
    WHERE kind = 'TIER' AND valid_until IS NULL;
CREATE UNIQUE INDEX member_label_open ON member_label (programme, member, kind, name)
    WHERE valid_until IS NULL;

SELECT wall('member_identity');
SELECT wall('member_link');
SELECT wall('member_contact');
SELECT wall('member_label');

-- What a programme wants to know of its members. A field that is not asked for any more keeps
-- what was said, and is shown to nobody.
CREATE TABLE profile_field (
    programme int NOT NULL REFERENCES programme (id),
    key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{1,39}$'),
    kind text NOT NULL
        CHECK (kind IN ('TEXT', 'INTEGER', 'MONEY', 'DATE', 'CHOICE', 'MULTI_CHOICE', 'BOOLEAN')),
    label text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 80),
    choices text[] NOT NULL DEFAULT '{}' CHECK (cardinality(choices) <= 200),
    required boolean NOT NULL DEFAULT false,
    -- Who may see and change it besides the programme's operators.
    member_sees boolean NOT NULL DEFAULT true,
    member_edits boolean NOT NULL DEFAULT true,
    -- Shown only to operators who may see what is sensitive.
    sensitive boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    defined_at timestamptz NOT NULL,
    PRIMARY KEY (programme, key),
    UNIQUE (programme, key, kind),
    CONSTRAINT profile_field_choices CHECK ((kind IN ('CHOICE', 'MULTI_CHOICE')) = (choices <> '{}')),
    CONSTRAINT profile_field_edited_is_seen CHECK (member_sees OR NOT member_edits)
);
REVOKE DELETE ON profile_field FROM laurel_app;

-- What a member said: a column for each type, so that the database checks it too and a segment
-- can compare and index it. The kind stands beside it, so that it is the field's.
CREATE TABLE profile_value (
    programme int NOT NULL,
    member uuid NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    words text CHECK (char_length(words) BETWEEN 1 AND 500),
    number bigint,
    day date,
    chosen text[] CHECK (cardinality(chosen) BETWEEN 1 AND 50),
    yes boolean,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, key),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, key, kind) REFERENCES profile_field (programme, key, kind),
    CONSTRAINT profile_value_typed CHECK (
        CASE kind WHEN 'TEXT' THEN words IS NOT NULL WHEN 'CHOICE' THEN words IS NOT NULL
                  WHEN 'INTEGER' THEN number IS NOT NULL WHEN 'MONEY' THEN number IS NOT NULL
                  WHEN 'DATE' THEN day IS NOT NULL WHEN 'BOOLEAN' THEN yes IS NOT NULL
                  ELSE chosen IS NOT NULL END
        AND num_nonnulls(words, number, day, chosen, yes) = 1)
);
CREATE INDEX profile_value_day ON profile_value (programme, key, day) WHERE day IS NOT NULL;
CREATE INDEX profile_value_words ON profile_value (programme, key, words) WHERE words IS NOT NULL;

-- Who changed what of a member's own words, from what to what. Added to, and gone with the member.
CREATE TABLE member_change (
    programme int NOT NULL,
    member uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    field text NOT NULL CHECK (char_length(field) BETWEEN 1 AND 40),
    before jsonb,
    after jsonb,
    actor text NOT NULL CHECK (actor IN ('MEMBER', 'OPERATOR', 'MERGE', 'IMPORT')),
    operator uuid,
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, number),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
REVOKE UPDATE ON member_change FROM laurel_app;

-- What a member agreed to, and withdrew: the newest row of a purpose holds. It names no person,
-- and stays as the proof of what was allowed when.
CREATE TABLE consent (
    programme int NOT NULL,
    member uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z0-9_-]{1,39}$'),
    version text NOT NULL CHECK (char_length(version) BETWEEN 1 AND 40),
    given boolean NOT NULL,
    channel text NOT NULL CHECK (channel ~ '^[A-Z][A-Z_]{1,29}$'),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, number),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX consent_newest ON consent (programme, member, purpose, number DESC);
REVOKE UPDATE, DELETE ON consent FROM laurel_app;

-- People who live together and want the programme to know. Seen by its members only.
CREATE TABLE household (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    founded_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id)
);
CREATE TABLE household_member (
    programme int NOT NULL,
    household uuid NOT NULL,
    member uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('HEAD', 'ADULT', 'CHILD')),
    state text NOT NULL CHECK (state IN ('INVITED', 'JOINED')),
    invited_by uuid,
    at timestamptz NOT NULL,
    CHECK (role <> 'HEAD' OR state = 'JOINED'),
    CHECK ((state = 'INVITED') <= (invited_by IS NOT NULL)),
    PRIMARY KEY (programme, household, member),
    FOREIGN KEY (programme, household) REFERENCES household (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, invited_by) REFERENCES member (programme, id)
);
CREATE UNIQUE INDEX household_member_lives_once ON household_member (programme, member)
    WHERE state = 'JOINED';
CREATE UNIQUE INDEX household_member_one_head ON household_member (programme, household)
    WHERE role = 'HEAD';
CREATE INDEX household_member_invited ON household_member (programme, member) WHERE state = 'INVITED';

SELECT wall('profile_field', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('profile_value');
SELECT wall('member_change', grants => 'SELECT, INSERT, DELETE');
SELECT wall('consent', grants => 'SELECT, INSERT');
SELECT wall('household');
SELECT wall('household_member');

-- Two members who may be one person: why, and what became of it. The lower id is always `a`.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX member_name_alike ON member USING gin (name gin_trgm_ops) WHERE state = 'ACTIVE';
CREATE TABLE duplicate_suggestion (
    programme int NOT NULL,
    a uuid NOT NULL,
    b uuid NOT NULL,
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    reasons text[] NOT NULL CHECK (reasons <> '{}'),
    state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'DISMISSED')),
    found_at timestamptz NOT NULL,
    CHECK (a < b),
    PRIMARY KEY (programme, a, b),
    FOREIGN KEY (programme, a) REFERENCES member (programme, id),
    FOREIGN KEY (programme, b) REFERENCES member (programme, id)
);
CREATE INDEX duplicate_suggestion_best ON duplicate_suggestion (programme, score DESC, a DESC, b DESC)
    WHERE state = 'OPEN';
CREATE INDEX duplicate_suggestion_b ON duplicate_suggestion (programme, b);

-- How far the search through a programme's members has come; it begins anew at the end.
CREATE TABLE duplicate_search (
    programme int PRIMARY KEY REFERENCES programme (id),
    after uuid
);

-- One member became part of another. moved: what went along, so that just that can go back.
CREATE TABLE merge (
    programme int NOT NULL,
    id uuid NOT NULL,
    survivor uuid NOT NULL,
    duplicate uuid NOT NULL,
    points bigint NOT NULL CHECK (points >= 0),
    posting uuid,
    moved jsonb NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_at timestamptz,
    looked_at timestamptz NOT NULL,  -- when points that landed late were last looked for
    CHECK (survivor <> duplicate),
    CHECK ((posting IS NULL) = (points = 0)),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, survivor) REFERENCES member (programme, id),
    FOREIGN KEY (programme, duplicate) REFERENCES member (programme, id)
);
CREATE UNIQUE INDEX merge_once ON merge (programme, duplicate) WHERE undone_at IS NULL;
CREATE INDEX merge_survivor ON merge (programme, survivor);
CREATE INDEX merge_looked_at ON merge (looked_at) WHERE undone_at IS NULL;

-- What landed in a merged member's wallet later and was sent after them; negative: what was taken
-- back from that wallet and the survivor paid.
CREATE TABLE merge_forward (
    programme int NOT NULL,
    merge uuid NOT NULL,
    posting uuid NOT NULL,
    points bigint NOT NULL CHECK (points <> 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, merge, posting),
    FOREIGN KEY (programme, merge) REFERENCES merge (programme, id)
);
REVOKE DELETE ON merge, merge_forward FROM laurel_app;
REVOKE UPDATE ON merge_forward FROM laurel_app;
SELECT wall('duplicate_suggestion');
SELECT wall('duplicate_search');
SELECT wall('merge', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('merge_forward', grants => 'SELECT, INSERT');

-- Who was forgotten, and what they gave up. It names nobody.
CREATE TABLE erasure (
    programme int NOT NULL,
    member uuid NOT NULL,
    points bigint NOT NULL CHECK (points >= 0),
    at timestamptz NOT NULL,
    looked_at timestamptz NOT NULL,  -- when points that landed late were last looked for
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX erasure_looked_at ON erasure (looked_at);
REVOKE DELETE ON erasure FROM laurel_app;
SELECT wall('erasure', grants => 'SELECT, INSERT, UPDATE');

-- How a programme shows itself, and what it offers.
ALTER TABLE programme
    ADD COLUMN locales text[] NOT NULL DEFAULT '{}' CHECK (cardinality(locales) <= 50),
    ADD COLUMN display_name text CHECK (char_length(display_name) BETWEEN 1 AND 80),
    ADD COLUMN colour text CHECK (colour ~ '^#[0-9A-F]{6}$'),
    ADD COLUMN accent_colour text CHECK (accent_colour ~ '^#[0-9A-F]{6}$'),
    ADD COLUMN logo_url text CHECK (logo_url ~ '^https://' AND char_length(logo_url) <= 500),
    ADD COLUMN terms_url text CHECK (terms_url ~ '^https://' AND char_length(terms_url) <= 500),
    ADD COLUMN support_contact text CHECK (char_length(support_contact) BETWEEN 3 AND 254);

-- A book's policies from now on. Lots keep the months they have: what was promised stays so.
CREATE FUNCTION ledger.set_policies(
    p_book int, p_expiry_months smallint, p_return_policy smallint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE ledger.book SET expiry_months = p_expiry_months, return_policy = p_return_policy
     WHERE id = p_book;
    RETURN FOUND;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.set_policies FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.set_policies TO laurel_app;
SELECT ledger.guard('ledger.set_policies(int, smallint, smallint)');
