-- Devices: the installations of an app, watches that sign in by a code, and their tokens.

CREATE TABLE device (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    member uuid NOT NULL,
    -- The Firebase Installation ID; NULL: signed in, and not to be pushed to.
    installation text CHECK (installation ~ '^[c-f][A-Za-z0-9_-]{21}$'),
    platform text NOT NULL CHECK (platform IN ('IOS', 'ANDROID', 'WEB')),
    kind text NOT NULL CHECK (kind IN ('PHONE', 'WATCH', 'TV')),
    name text CHECK (char_length(name) BETWEEN 1 AND 60),
    app_version text NOT NULL CHECK (char_length(app_version) BETWEEN 1 AND 40),
    locale text NOT NULL CHECK (char_length(locale) BETWEEN 2 AND 35),
    zone text CHECK (char_length(zone) BETWEEN 1 AND 64),
    -- The sign-in that it came with: when that ends, it goes.
    issuer text NOT NULL,
    subject text NOT NULL,
    session text,
    -- Of one that signed in by a code: the id and SHA-256 of its token.
    token text CHECK (token ~ '^[a-z2-7]{16}$'),
    hash bytea CHECK (length(hash) = 32),
    registered_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL CHECK (seen_at >= registered_at),
    CHECK ((token IS NULL) = (hash IS NULL)),
    CONSTRAINT device_is_for_something CHECK (num_nonnulls(installation, token) > 0),
    PRIMARY KEY (programme, id),
    CONSTRAINT device_installation UNIQUE (programme, installation),
    -- The token says which programme it is of.
    CONSTRAINT device_token UNIQUE (token),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX device_newest ON device (programme, member, registered_at DESC, id DESC);
CREATE INDEX device_silent ON device (seen_at);

-- Where the updates of a running challenge go on a locked phone: a Live Activity of iOS.
CREATE TABLE device_live (
    programme int NOT NULL,
    device uuid NOT NULL,
    challenge uuid NOT NULL,
    token text NOT NULL CHECK (token ~ '^[0-9a-f]+$' AND length(token) BETWEEN 64 AND 400),
    since timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > since),
    PRIMARY KEY (programme, device, challenge),
    FOREIGN KEY (programme, device) REFERENCES device (programme, id) ON DELETE CASCADE
);
CREATE INDEX device_live_expiry ON device_live (expires_at);

-- A watch that asks to be signed in (RFC 8628), for ten minutes.
CREATE TABLE device_code (
    programme int NOT NULL REFERENCES programme (id),
    id text NOT NULL CHECK (id ~ '^[a-z2-7]{16}$'),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    user_code text NOT NULL CHECK (user_code ~ '^[BCDFGHJKLMNPQRSTVWXZ]{8}$'),
    platform text NOT NULL CHECK (platform IN ('IOS', 'ANDROID', 'WEB')),
    kind text NOT NULL CHECK (kind IN ('PHONE', 'WATCH', 'TV')),
    name text CHECK (char_length(name) BETWEEN 1 AND 60),
    app_version text NOT NULL CHECK (char_length(app_version) BETWEEN 1 AND 40),
    locale text NOT NULL CHECK (char_length(locale) BETWEEN 2 AND 35),
    state text NOT NULL DEFAULT 'ASKED' CHECK (state IN ('ASKED', 'APPROVED', 'REFUSED', 'USED')),
    looks smallint NOT NULL DEFAULT 0 CHECK (looks >= 0),  -- how often members looked it up
    interval_s smallint NOT NULL CHECK (interval_s BETWEEN 5 AND 300),
    asked_at timestamptz NOT NULL,
    polled_at timestamptz,
    expires_at timestamptz NOT NULL CHECK (expires_at > asked_at),
    -- Who decided, and the sign-in that they did it with.
    member uuid,
    issuer text,
    subject text,
    decided_at timestamptz,
    CHECK ((state = 'ASKED') = (member IS NULL)),
    CHECK (num_nulls(member, issuer, subject, decided_at) IN (0, 4)),
    PRIMARY KEY (programme, id),
    CONSTRAINT device_code_shown UNIQUE (programme, user_code),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX device_code_expiry ON device_code (expires_at);
CREATE INDEX device_code_member ON device_code (programme, member) WHERE member IS NOT NULL;

-- How many codes a member has tried lately.
CREATE TABLE device_try (
    programme int NOT NULL,
    member uuid NOT NULL,
    since timestamptz NOT NULL,
    used int NOT NULL CHECK (used > 0),
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX device_try_since ON device_try (since);

SELECT wall('device', grants => 'SELECT, UPDATE, DELETE');
SELECT wall('device_live', grants => 'SELECT, DELETE');
SELECT wall('device_code', grants => 'SELECT, UPDATE, DELETE');
SELECT wall('device_try', grants => 'SELECT, DELETE');
