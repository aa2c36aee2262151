-- Activities that nobody uploaded: partners, platforms and other capabilities report them. What
-- was judged may be judged again; the newest revision replaces the earlier ones.
ALTER TABLE activity
    DROP CONSTRAINT activity_state_check,
    DROP CONSTRAINT activity_believed_has_times,
    ALTER COLUMN format DROP NOT NULL,
    ALTER COLUMN name DROP NOT NULL,
    ALTER COLUMN sha256 DROP NOT NULL,
    ADD COLUMN quantity bigint NOT NULL DEFAULT 0 CHECK (quantity >= 0),
    ADD COLUMN proof text NOT NULL DEFAULT 'DEVICE'
        CHECK (proof IN ('CLAIMED', 'DEVICE', 'PARTNER', 'VERIFIED')),
    ADD COLUMN source text NOT NULL DEFAULT 'file'
        CHECK (char_length(source) BETWEEN 1 AND 120),
    ADD COLUMN external_id text CHECK (char_length(external_id) BETWEEN 1 AND 255),
    ADD COLUMN recorder text NOT NULL DEFAULT 'DEVICE'
        CHECK (recorder IN ('DEVICE', 'PLATFORM', 'PHONE', 'MANUAL')),
    -- What can be done once at a time only; NULL: it takes no part in the union of recordings.
    ADD COLUMN lane text CHECK (lane IN ('MOTION', 'STEPS', 'SLEEP', 'VOLUNTEERING')),
    -- As the source told them; duration_s, distance_m and quantity are what the union left.
    -- NULL: nothing was ever taken from them.
    ADD COLUMN told_duration_s int CHECK (told_duration_s >= 0),
    ADD COLUMN told_distance_m int CHECK (told_distance_m >= 0),
    ADD COLUMN told_quantity bigint CHECK (told_quantity >= 0),
    ADD COLUMN revision int NOT NULL DEFAULT 1 CHECK (revision > 0),
    -- What it was before a better recording covered it, for when that one goes.
    ADD COLUMN covered_from text CHECK (covered_from IN ('COUNTED', 'PENDING', 'REVIEW')),
    ADD COLUMN decided_at timestamptz,
    ADD CONSTRAINT activity_state_check CHECK (state IN ('PROCESSING', 'COUNTED', 'PENDING',
        'REVIEW', 'REJECTED', 'WITHDRAWN')),
    ADD CONSTRAINT activity_believed_has_times CHECK (state IN ('PROCESSING', 'REJECTED', 'WITHDRAWN')
        OR (started_at IS NOT NULL AND ended_at IS NOT NULL AND day IS NOT NULL)),
    -- Either a file, or what somebody reported under a name of theirs.
    ADD CONSTRAINT activity_file_or_report CHECK (
        (source = 'file') = (format IS NOT NULL)
        AND (source = 'file') = (name IS NOT NULL)
        AND (source = 'file') = (sha256 IS NOT NULL)
        AND (source = 'file') = (external_id IS NULL)
        AND (source = 'file' OR state <> 'PROCESSING')),
    ADD CONSTRAINT activity_told_whole CHECK (
        num_nulls(told_duration_s, told_distance_m, told_quantity) IN (0, 3)
        AND (told_quantity IS NULL OR (duration_s <= told_duration_s
            AND distance_m <= told_distance_m AND quantity <= told_quantity))),
    ADD CONSTRAINT activity_in_lane CHECK (lane IS NULL
        OR (started_at < ended_at AND state NOT IN ('PROCESSING', 'WITHDRAWN'))),
    ADD CONSTRAINT activity_covered CHECK (covered_from IS NULL
        OR (state = 'REJECTED' AND duplicate_of IS NOT NULL AND lane IS NOT NULL));
UPDATE activity SET lane = 'MOTION' WHERE state IN ('COUNTED', 'PENDING', 'REVIEW');
UPDATE activity SET proof = 'CLAIMED', recorder = 'MANUAL' WHERE 'MANUAL' = ANY (reasons);

-- One report is one activity, however often it is sent.
CREATE UNIQUE INDEX activity_report_once ON activity (programme, source, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX activity_lane ON activity (programme, member, lane, started_at)
    WHERE lane IS NOT NULL;
CREATE INDEX activity_to_review ON activity (programme, judged_at, id)
    WHERE state IN ('REVIEW', 'PENDING');
-- What only files need is kept for files only.
DROP INDEX activity_times, activity_file_once, activity_file_of_others;
CREATE UNIQUE INDEX activity_file_once ON activity (programme, member, sha256)
    WHERE sha256 IS NOT NULL;
CREATE INDEX activity_file_of_others ON activity (programme, sha256) WHERE sha256 IS NOT NULL;

-- Which recordings a programme believes, the best first, and what it does with the weakest.
-- No row: as the code's own policy says.
CREATE TABLE activity_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    recorders text[] NOT NULL CHECK (recorders <@ '{DEVICE,PLATFORM,PHONE,MANUAL}'
        AND recorders @> '{DEVICE,PLATFORM,PHONE,MANUAL}' AND cardinality(recorders) = 4),
    manual text NOT NULL CHECK (manual IN ('COUNTED', 'PENDING', 'REVIEW', 'REFUSED')),
    indoor text NOT NULL CHECK (indoor IN ('COUNTED', 'PENDING', 'REVIEW', 'REFUSED')),
    set_at timestamptz NOT NULL
);
SELECT wall('activity_policy', grants => 'SELECT, INSERT, UPDATE');

-- What a source deleted before it told of it: events come in any order.
CREATE TABLE activity_retraction (
    programme int NOT NULL REFERENCES programme (id),
    source text NOT NULL CHECK (char_length(source) BETWEEN 1 AND 120),
    external_id text NOT NULL CHECK (char_length(external_id) BETWEEN 1 AND 255),
    at timestamptz NOT NULL,
    PRIMARY KEY (programme, source, external_id)
);
SELECT wall('activity_retraction', grants => 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON activity_retraction FROM laurel_app;

-- Whose Strava a member let us read, and what it hinted at. A hint is only that: what happened is
-- asked for, with the member's own tokens.
CREATE TABLE strava_athlete (
    programme int NOT NULL,
    member uuid NOT NULL,
    athlete bigint NOT NULL,
    access_token text NOT NULL,
    refresh_token text NOT NULL,
    expires_at timestamptz NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (programme, member),
    CONSTRAINT strava_athlete_once UNIQUE (programme, athlete),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX strava_athlete_hinted ON strava_athlete (athlete);
SELECT wall('strava_athlete');
CREATE TABLE strava_hint (
    programme int NOT NULL,
    member uuid NOT NULL,
    activity bigint NOT NULL,  -- 0: the athlete's own, such as that they took back their leave
    hinted int NOT NULL DEFAULT 1 CHECK (hinted > 0),  -- how often, so that none is overlooked
    attempts smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, activity),
    FOREIGN KEY (programme, member) REFERENCES strava_athlete (programme, member)
        ON DELETE CASCADE
);
CREATE INDEX strava_hint_due ON strava_hint (due_at);
SELECT wall('strava_hint');
-- What a member came back with from Strava, until a worker has exchanged it; good for minutes.
CREATE TABLE strava_code (
    programme int NOT NULL,
    member uuid NOT NULL,
    code text NOT NULL CHECK (char_length(code) BETWEEN 1 AND 255),
    due_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX strava_code_due ON strava_code (due_at);
SELECT wall('strava_code');
