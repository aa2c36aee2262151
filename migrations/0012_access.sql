-- Who may do what for a programme beside its members: operators, with a log of all they do, and
-- partners, with their keys.
CREATE TABLE operator (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    roles text[] NOT NULL CHECK (
        roles <> '{}'
        AND roles <@ ARRAY['ADMIN', 'ANALYST', 'FINANCE', 'MARKETING', 'REP', 'SUPPORT']
    ),
    state text NOT NULL CHECK (state IN ('INVITED', 'ACTIVE', 'SUSPENDED')),
    -- Who vouches for the person; NULL until the invitation is claimed.
    issuer text CHECK (char_length(issuer) BETWEEN 1 AND 255),
    subject text CHECK (char_length(subject) BETWEEN 1 AND 255),
    invited_at timestamptz NOT NULL,
    -- Until when the invitation may be claimed.
    invited_until timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    CONSTRAINT operator_email UNIQUE (programme, email),
    CONSTRAINT operator_identity UNIQUE (programme, issuer, subject),
    CONSTRAINT operator_claimed CHECK (
        (issuer IS NULL) = (subject IS NULL) AND (state <> 'ACTIVE' OR issuer IS NOT NULL)
        AND (state <> 'INVITED' OR issuer IS NULL)
    )
);
REVOKE DELETE ON operator FROM laurel_app;
SELECT wall('operator', grants => 'SELECT, INSERT, UPDATE');

-- One row for each act of an operator, also for those that were refused. Only ids, nobody's data.
CREATE TABLE audit (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    operator uuid,  -- NULL: whoever runs this installation, by its command line
    verb text NOT NULL CHECK (verb ~ '^[a-z][A-Za-z0-9]{1,60}$'),
    objects text[] NOT NULL CHECK (cardinality(objects) <= 20),
    reason text NOT NULL CHECK (char_length(reason) <= 300),
    outcome text NOT NULL CHECK (outcome ~ '^[A-Z][A-Z0-9_]{1,60}$'),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, operator) REFERENCES operator (programme, id),
    -- Only what was refused for its reason may lack one.
    CONSTRAINT audit_reason CHECK (reason <> '' OR outcome = 'BAD_REASON')
);
CREATE INDEX audit_operator ON audit (programme, operator, id);
REVOKE UPDATE, DELETE ON audit FROM laurel_app;
SELECT wall('audit', grants => 'SELECT, INSERT');

CREATE TABLE partner (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name !~ '[\x01-\x1f\x7f]'),
    state text NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED')),
    -- What the partner has paid for in advance.
    book int NOT NULL,
    account bigint NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (programme, id),
    -- All that a signed request names before it is known to be of any programme.
    CONSTRAINT partner_id UNIQUE (id),
    CONSTRAINT partner_slug UNIQUE (programme, slug),
    CONSTRAINT partner_account UNIQUE (book, account),
    FOREIGN KEY (book, account) REFERENCES ledger.account (book, id)
);
REVOKE DELETE ON partner FROM laurel_app;
SELECT wall('partner', grants => 'SELECT, INSERT, UPDATE');

-- What proves that a partner is asking. A BEARER key is sent with each request, and only its hash
-- is kept; a SIGNING key signs what is sent (Standard Webhooks), so it must be kept itself.
CREATE TABLE partner_key (
    programme int NOT NULL,
    partner uuid NOT NULL,
    id text NOT NULL CHECK (id ~ '^[a-z2-7]{16}$'),
    kind text NOT NULL CHECK (kind IN ('BEARER', 'SIGNING')),
    hash bytea CHECK (length(hash) = 32),
    secret bytea CHECK (length(secret) = 32),
    scopes text[] NOT NULL CHECK (scopes <> '{}'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    replaced_by text,
    last_used_at timestamptz,
    PRIMARY KEY (programme, id),
    -- All that somebody shows who is not yet known to be of any programme.
    CONSTRAINT partner_key_id UNIQUE (id),
    FOREIGN KEY (programme, partner) REFERENCES partner (programme, id),
    FOREIGN KEY (programme, replaced_by) REFERENCES partner_key (programme, id),
    CONSTRAINT partner_key_kept CHECK (
        (kind = 'BEARER') = (hash IS NOT NULL) AND (kind = 'SIGNING') = (secret IS NOT NULL)
    )
) WITH (fillfactor = 90);
CREATE INDEX partner_key_partner ON partner_key (programme, partner, created_at);
REVOKE DELETE ON partner_key FROM laurel_app;
SELECT wall('partner_key', grants => 'INSERT');
-- Whoever works behind the wall makes and ends keys; what proves one is never read there.
GRANT SELECT (programme, partner, id, kind, scopes, created_at, expires_at, revoked_at,
              replaced_by, last_used_at),
      UPDATE (expires_at, revoked_at, replaced_by) ON partner_key TO laurel_walled;
