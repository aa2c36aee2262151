-- Voucher codes in pools: each is given once.

-- The codes of one reward.
CREATE TABLE voucher_pool (
    programme int NOT NULL REFERENCES programme (id),
    reward uuid NOT NULL,
    warn_below int NOT NULL CHECK (warn_below BETWEEN 0 AND 1000000),
    low boolean NOT NULL,
    looked_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme, reward),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id)
);
CREATE INDEX voucher_pool_looked_at ON voucher_pool (looked_at);

-- A file of codes, and how far it is.
CREATE TABLE voucher_upload (
    programme int NOT NULL,
    id uuid NOT NULL,
    reward uuid NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),  -- the SHA-256 of the file
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    state text NOT NULL CHECK (state IN ('RUNNING', 'DONE')),
    rows int NOT NULL DEFAULT 0,
    loaded int NOT NULL DEFAULT 0 CHECK (loaded >= 0),
    bad int NOT NULL DEFAULT 0 CHECK (bad >= 0),
    in_file int NOT NULL DEFAULT 0 CHECK (in_file >= 0),
    in_pool int NOT NULL DEFAULT 0 CHECK (in_pool >= 0),
    elsewhere int NOT NULL DEFAULT 0 CHECK (elsewhere >= 0),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT voucher_upload_adds_up CHECK (rows = loaded + bad + in_file + in_pool + elsewhere),
    CHECK ((state = 'DONE') = (ended_at IS NOT NULL)),
    PRIMARY KEY (programme, id),
    CONSTRAINT voucher_upload_once UNIQUE (programme, reward, digest),
    CONSTRAINT voucher_upload_of UNIQUE (programme, id, reward),
    FOREIGN KEY (programme, reward) REFERENCES voucher_pool (programme, reward)
);
CREATE INDEX voucher_upload_newest ON voucher_upload (programme, reward, id DESC);

-- Rows of a file that are not in the pool; what they said is not kept.
CREATE TABLE voucher_fault (
    programme int NOT NULL,
    upload uuid NOT NULL,
    number int NOT NULL CHECK (number > 0),
    why text NOT NULL CHECK (why IN ('UNREADABLE', 'BAD_CODE', 'BAD_EXPIRY', 'EXPIRED', 'IN_FILE',
                                     'IN_POOL', 'ELSEWHERE')),
    first int CHECK (first < number),
    CHECK ((why = 'IN_FILE') = (first IS NOT NULL)),
    PRIMARY KEY (programme, upload, number),
    FOREIGN KEY (programme, upload) REFERENCES voucher_upload (programme, id)
);

CREATE TABLE voucher (
    programme int NOT NULL,
    upload uuid NOT NULL,
    number int NOT NULL CHECK (number > 0),  -- its row in the file
    reward uuid NOT NULL,
    code text NOT NULL CHECK (char_length(code) BETWEEN 1 AND 100),
    expires_at timestamptz NOT NULL,  -- infinity: never
    redemption uuid,
    place smallint CHECK (place BETWEEN 1 AND 100),
    given_at timestamptz,
    CHECK ((redemption IS NULL) = (place IS NULL)),
    CHECK ((redemption IS NULL) = (given_at IS NULL)),
    CONSTRAINT voucher_in_time CHECK (given_at < expires_at),
    PRIMARY KEY (programme, upload, number),
    -- In one pool of the programme only, so that nobody is given what somebody has.
    CONSTRAINT voucher_code UNIQUE (programme, code),
    FOREIGN KEY (programme, upload, reward) REFERENCES voucher_upload (programme, id, reward)
);
CREATE UNIQUE INDEX voucher_given ON voucher (programme, redemption, place)
    WHERE redemption IS NOT NULL;
CREATE INDEX voucher_free ON voucher (programme, reward, expires_at, upload, number)
    WHERE redemption IS NULL;
CREATE FUNCTION refuse_voucher_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'a voucher is given once';
END $$;
CREATE TRIGGER given_once BEFORE UPDATE ON voucher
    FOR EACH ROW WHEN (old.redemption IS NOT NULL OR new.code <> old.code)
    EXECUTE FUNCTION refuse_voucher_again();

REVOKE DELETE ON voucher_pool, voucher_upload, voucher_fault, voucher FROM laurel_app;
REVOKE UPDATE ON voucher_fault FROM laurel_app;

SELECT wall('voucher_pool', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('voucher_upload', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('voucher_fault', grants => 'SELECT, INSERT');
SELECT wall('voucher', grants => 'SELECT, INSERT, UPDATE');
