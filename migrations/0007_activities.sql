-- What members did, and the files they sent as long as nobody has read them. The programme is
-- the first column of every key, as everywhere.
CREATE TABLE activity (
    programme int NOT NULL,
    id uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL DEFAULT 'PROCESSING'
        CHECK (state IN ('PROCESSING', 'COUNTED', 'PENDING', 'REVIEW', 'REJECTED')),
    type text NOT NULL DEFAULT 'OTHER',
    stated_type text,
    reasons text[] NOT NULL DEFAULT '{}',
    score smallint CHECK (score BETWEEN 0 AND 100),
    started_at timestamptz,
    ended_at timestamptz,
    duration_s int NOT NULL DEFAULT 0 CHECK (duration_s >= 0),
    distance_m int NOT NULL DEFAULT 0 CHECK (distance_m >= 0),
    elevation_m int NOT NULL DEFAULT 0 CHECK (elevation_m >= 0),
    day date,
    format text NOT NULL CHECK (format IN ('FIT', 'GPX', 'TCX')),
    name text NOT NULL CHECK (char_length(name) <= 120),
    device text,
    duplicate_of uuid,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    -- The track in 16 numbers, to find the same one with another member; NULL: nothing to find.
    sketch bigint[] CHECK (cardinality(sketch) BETWEEN 1 AND 16),
    created_at timestamptz NOT NULL,
    judged_at timestamptz,
    CONSTRAINT activity_judged_whole CHECK ((state = 'PROCESSING') = (judged_at IS NULL)
        AND (state = 'PROCESSING') = (score IS NULL)),
    CONSTRAINT activity_believed_has_times CHECK (state IN ('PROCESSING', 'REJECTED')
        OR (started_at IS NOT NULL AND ended_at IS NOT NULL AND day IS NOT NULL)),
    CONSTRAINT activity_ends_after_it_starts CHECK (started_at <= ended_at),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, duplicate_of) REFERENCES activity (programme, id)
);
CREATE INDEX activity_newest ON activity (programme, member, id DESC);
CREATE INDEX activity_times ON activity (programme, member, started_at)
    WHERE state IN ('COUNTED', 'PENDING', 'REVIEW');
-- One file of one member is one activity, whatever two uploads at once may try.
CREATE UNIQUE INDEX activity_file_once ON activity (programme, member, sha256);
CREATE INDEX activity_file_of_others ON activity (programme, sha256);
CREATE INDEX activity_sketch ON activity USING gin (sketch) WHERE sketch IS NOT NULL;

-- The bytes of a file until it has been judged, and who is reading it until when.
CREATE TABLE activity_file (
    programme int NOT NULL,
    activity uuid NOT NULL,
    member uuid NOT NULL,
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 10485760),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (programme, activity),
    FOREIGN KEY (programme, activity) REFERENCES activity (programme, id)
);
-- Gone in a second: not worth compressing.
ALTER TABLE activity_file ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX activity_file_member ON activity_file (programme, member);
