-- What the game counts: one fact for each activity.

-- Where an activity started, an H3 cell of resolution 8; only of members who allowed it.
ALTER TABLE activity ADD COLUMN cell bigint CHECK (cell > 0);

-- The newest judgement of each activity, and what stands of its points.
CREATE TABLE fact (
    programme int NOT NULL,
    activity uuid NOT NULL,
    member uuid NOT NULL,  -- who has it now
    doer uuid NOT NULL,  -- whose it was before they were merged into another, as long as they are
    revision int NOT NULL CHECK (revision > 0),
    counts boolean NOT NULL,
    type text NOT NULL,
    day date NOT NULL,
    minute smallint NOT NULL CHECK (minute BETWEEN 0 AND 1439),
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    distance_m int NOT NULL CHECK (distance_m >= 0),
    duration_s int NOT NULL CHECK (duration_s >= 0),
    elevation_m int NOT NULL CHECK (elevation_m >= 0),
    quantity bigint NOT NULL CHECK (quantity >= 0),
    points bigint NOT NULL CHECK (points >= 0),
    -- The last word about points: twice the revision that earned, and one more once it was taken
    -- back. Of two words the higher holds, in whatever order they come.
    word int NOT NULL CHECK (word >= 0),
    proof text NOT NULL,
    source text NOT NULL,
    cell bigint CHECK (cell > 0),
    CHECK (ended_at >= started_at),
    CHECK (points = 0 OR word % 2 = 0),
    PRIMARY KEY (programme, activity),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
) WITH (fillfactor = 85);
CREATE INDEX fact_member_day ON fact (programme, member, day);
CREATE INDEX fact_doer ON fact (programme, doer) WHERE doer <> member;

-- Partners and operators may ask what a challenge would have cost; an operator who erases a member
-- takes away where they were, and nothing else.
SELECT wall('fact', grants => 'SELECT');
GRANT UPDATE (cell) ON fact TO laurel_walled;

INSERT INTO fact (programme, activity, member, doer, revision, counts, type, day, minute,
                  started_at, ended_at, distance_m, duration_s, elevation_m, quantity, points,
                  word, proof, source)
SELECT a.programme, a.id, coalesce(m.merged_into, a.member), a.member, a.revision,
       a.state IN ('COUNTED', 'PENDING'), a.type, coalesce(a.day, t.local::date),
       extract(hour FROM t.local)::int * 60 + extract(minute FROM t.local)::int,
       t.at, greatest(t.at, coalesce(a.ended_at, t.at)), a.distance_m, a.duration_s,
       a.elevation_m, a.quantity, coalesce(w.given, 0), 2 * coalesce(w.revision, 0), a.proof,
       a.source
FROM activity AS a
JOIN member AS m ON m.programme = a.programme AND m.id = a.member
CROSS JOIN LATERAL (
    SELECT z.zone FROM member_zone AS z
    WHERE z.programme = a.programme AND z.member = a.member
      AND z.valid_from <= coalesce(a.started_at, a.created_at)
    ORDER BY z.valid_from DESC LIMIT 1
) AS z
CROSS JOIN LATERAL (
    SELECT coalesce(a.started_at, a.created_at) AS at,
           coalesce(a.started_at, a.created_at) AT TIME ZONE z.zone AS local
) AS t
LEFT JOIN award AS w ON w.programme = a.programme AND w.activity = a.id AND w.undone_at IS NULL
WHERE a.state <> 'PROCESSING';
