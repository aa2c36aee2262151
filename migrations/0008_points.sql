-- What an activity earns. A version is never changed, so an award can be explained for ever.
CREATE TABLE earning_rule (
    programme int NOT NULL REFERENCES programme (id),
    activity text NOT NULL CHECK (activity ~ '^[A-Z][A-Z_]{0,29}$'),
    version int NOT NULL CHECK (version > 0),
    measure text NOT NULL CHECK (measure IN ('METRES', 'SECONDS', 'ACTIVITIES')),
    points int NOT NULL CHECK (points > 0),
    per int NOT NULL CHECK (per > 0),
    day_max int NOT NULL CHECK (day_max > 0),
    active_from timestamptz NOT NULL,
    set_at timestamptz NOT NULL,
    CHECK (measure <> 'ACTIVITIES' OR per = 1),
    PRIMARY KEY (programme, activity, version)
);

CREATE TABLE award (
    programme int NOT NULL,
    activity uuid NOT NULL,
    rule text NOT NULL,
    version int NOT NULL,
    member uuid NOT NULL,
    day date NOT NULL,  -- the member's local date when the activity started
    measured bigint NOT NULL CHECK (measured >= 0),
    wanted bigint NOT NULL CHECK (wanted >= 0),
    given bigint NOT NULL CHECK (given BETWEEN 0 AND wanted),
    pending boolean NOT NULL,
    posting uuid,
    text text NOT NULL,
    at timestamptz NOT NULL,
    CHECK ((posting IS NULL) = (given = 0)),
    PRIMARY KEY (programme, activity, rule),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id),
    FOREIGN KEY (programme, rule, version) REFERENCES earning_rule (programme, activity, version)
);
CREATE INDEX award_day ON award (programme, member, rule, day);

REVOKE UPDATE, DELETE ON earning_rule, award FROM laurel_app;
