-- What members want to hear of, by which channel and when; and what that has cost of their days.

-- The programme's way with members who have said nothing, and how far they may go; one without a
-- row has the defaults of the code. Minutes and hours are of a member's own day.
CREATE TABLE window_policy (
    programme int PRIMARY KEY REFERENCES programme (id),
    quiet_from smallint CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until smallint CHECK (quiet_until BETWEEN 0 AND 1439 AND quiet_until <> quiet_from),
    phone_cap smallint NOT NULL CHECK (phone_cap BETWEEN 0 AND phone_cap_most),
    watch_cap smallint NOT NULL CHECK (watch_cap BETWEEN 0 AND watch_cap_most),
    phone_cap_most smallint NOT NULL CHECK (phone_cap_most BETWEEN 0 AND 100),
    watch_cap_most smallint NOT NULL CHECK (watch_cap_most BETWEEN 0 AND 100),
    digest_hour smallint NOT NULL CHECK (digest_hour BETWEEN 0 AND 23),
    urgent boolean NOT NULL,  -- what is timely may disturb in quiet hours
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);

CREATE TABLE window_default (
    programme int NOT NULL REFERENCES programme (id),
    topic text NOT NULL CHECK (topic IN (
        'POINTS', 'TRANSFERS', 'CHALLENGES', 'BADGES', 'STREAKS', 'LEADERBOARDS', 'FRIENDS',
        'CLUBS', 'OFFERS', 'NEWS')),
    channel text NOT NULL CHECK (channel IN ('INBOX', 'PHONE', 'WATCH')),
    mode text NOT NULL CHECK (mode IN ('ON', 'DIGEST', 'OFF')),
    -- An inbox disturbs nobody, and always has what is about points.
    CHECK (channel <> 'INBOX' OR mode = 'ON'
           OR mode = 'OFF' AND topic NOT IN ('POINTS', 'TRANSFERS')),
    PRIMARY KEY (programme, topic, channel)
);

-- What a member said; a NULL: nothing, so that the programme's way holds, also when it changes.
CREATE TABLE window_preference (
    programme int NOT NULL,
    member uuid NOT NULL,
    quiet_said boolean NOT NULL DEFAULT false,  -- then no hours mean that none are quiet
    quiet_from smallint CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until smallint CHECK (quiet_until BETWEEN 0 AND 1439 AND quiet_until <> quiet_from),
    phone_cap smallint CHECK (phone_cap BETWEEN 0 AND 100),
    watch_cap smallint CHECK (watch_cap BETWEEN 0 AND 100),
    digest_hour smallint CHECK (digest_hour BETWEEN 0 AND 23),
    urgent boolean,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (quiet_said OR quiet_from IS NULL),
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);

CREATE TABLE window_choice (
    programme int NOT NULL,
    member uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN (
        'POINTS', 'TRANSFERS', 'CHALLENGES', 'BADGES', 'STREAKS', 'LEADERBOARDS', 'FRIENDS',
        'CLUBS', 'OFFERS', 'NEWS')),
    channel text NOT NULL CHECK (channel IN ('INBOX', 'PHONE', 'WATCH')),
    mode text NOT NULL CHECK (mode IN ('ON', 'DIGEST', 'OFF')),
    -- An inbox disturbs nobody, and always has what is about points.
    CHECK (channel <> 'INBOX' OR mode = 'ON'
           OR mode = 'OFF' AND topic NOT IN ('POINTS', 'TRANSFERS')),
    PRIMARY KEY (programme, member, topic, channel),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);

-- How much of a member's local day a channel has used; also the row that is locked while a cap is
-- counted.
CREATE TABLE window_use (
    programme int NOT NULL,
    member uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('PHONE', 'WATCH')),
    day date NOT NULL,
    used int NOT NULL CHECK (used >= 0),
    PRIMARY KEY (programme, member, channel, day),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX window_use_day ON window_use (day);

-- What was decided of a message that is counted or gathered: asked again, it is the same.
CREATE TABLE window_pass (
    programme int NOT NULL,
    member uuid NOT NULL,
    wish uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('PHONE', 'WATCH')),
    topic text NOT NULL,
    action text NOT NULL CHECK (action IN ('SEND', 'WAIT', 'DIGEST', 'DROP')),
    reason text CHECK (reason IN ('OFF', 'EXPIRED', 'QUIET', 'CAPPED', 'GATHERED')),
    at timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    CHECK ((action = 'SEND') = (reason IS NULL)),
    PRIMARY KEY (programme, member, wish, channel),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX window_pass_decided ON window_pass (decided_at);

-- What waits for a member's digest; gone when it is handed out.
CREATE TABLE window_digest (
    programme int NOT NULL,
    member uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('PHONE', 'WATCH')),
    wish uuid NOT NULL,
    topic text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member, channel, wish),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX window_digest_due ON window_digest (due_at);

SELECT wall('window_policy', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('window_default');
SELECT wall('window_preference');
SELECT wall('window_choice');
SELECT wall('window_use');
SELECT wall('window_pass');
SELECT wall('window_digest');
REVOKE DELETE ON window_policy FROM laurel_app;
