-- Raffles: tickets, and draws that anybody can check.

CREATE TABLE raffle (
    programme int NOT NULL REFERENCES programme (id),
    reward uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'CLOSED', 'DRAWN')),
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    seed bytea CHECK (length(seed) = 32),  -- once it is closed
    source text CHECK (char_length(source) BETWEEN 1 AND 300),  -- of the public value
    value text CHECK (char_length(value) BETWEEN 1 AND 200),
    prizes jsonb NOT NULL CHECK (jsonb_typeof(prizes) = 'array'),
    tickets int NOT NULL DEFAULT 0 CHECK (tickets BETWEEN 0 AND 1000000),  -- ever given out
    entries int CHECK (entries BETWEEN 0 AND tickets),  -- that take part
    digest bytea CHECK (length(digest) = 32),
    opened_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL CHECK (closes_at > opened_at),
    closed_at timestamptz,
    drawn_at timestamptz,
    -- What was promised is what is told, whatever the code believes.
    CONSTRAINT raffle_keeps_its_word CHECK (seed IS NULL OR sha256(seed) = commitment),
    CHECK ((state = 'OPEN') = (closed_at IS NULL)),
    CHECK ((state = 'OPEN') = (seed IS NULL)),
    CHECK ((state = 'OPEN') = (entries IS NULL)),
    CHECK ((state = 'OPEN') = (digest IS NULL)),
    CHECK ((state = 'DRAWN') = (drawn_at IS NOT NULL)),
    CHECK (value IS NULL OR (source IS NOT NULL AND state <> 'OPEN')),
    CHECK (state <> 'DRAWN' OR (source IS NULL) = (value IS NULL)),
    PRIMARY KEY (programme, reward),
    FOREIGN KEY (programme, reward) REFERENCES reward (programme, id)
);
CREATE INDEX raffle_closing ON raffle (closes_at) WHERE state = 'OPEN';
CREATE INDEX raffle_drawing ON raffle (closed_at) WHERE state = 'CLOSED';
CREATE FUNCTION refuse_raffle_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG904', message = 'what a raffle has told stays';
END $$;
CREATE TRIGGER told_once BEFORE UPDATE ON raffle
    FOR EACH ROW WHEN (
        old.commitment <> new.commitment OR old.prizes <> new.prizes
        OR old.source IS DISTINCT FROM new.source OR old.state = 'DRAWN'
        OR old.value <> new.value OR (old.value IS NOT NULL AND new.value IS NULL)
        OR (old.state = 'CLOSED' AND (
            new.state = 'OPEN' OR old.digest <> new.digest OR old.entries <> new.entries
            OR old.tickets <> new.tickets)))
    EXECUTE FUNCTION refuse_raffle_again();

-- A seed before it is told. Who works behind the wall may leave one here, and not read it.
CREATE TABLE raffle_seed (
    programme int NOT NULL,
    reward uuid NOT NULL,
    seed bytea NOT NULL CHECK (length(seed) = 32),
    PRIMARY KEY (programme, reward),
    FOREIGN KEY (programme, reward) REFERENCES raffle (programme, reward)
);

CREATE TABLE raffle_ticket (
    programme int NOT NULL,
    reward uuid NOT NULL,
    number int NOT NULL CHECK (number > 0),
    id uuid NOT NULL,  -- in the public list, instead of the member
    member uuid NOT NULL,
    redemption uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    back boolean NOT NULL,  -- given back before the closing
    PRIMARY KEY (programme, reward, number),
    CONSTRAINT raffle_ticket_id UNIQUE (programme, id),
    FOREIGN KEY (programme, reward) REFERENCES raffle (programme, reward),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);
CREATE INDEX raffle_ticket_redeemed ON raffle_ticket (programme, redemption);
CREATE INDEX raffle_ticket_of ON raffle_ticket (programme, member, reward, number);
CREATE FUNCTION refuse_late_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM raffle AS r WHERE r.programme = new.programme
                   AND r.reward = new.reward AND r.state = 'OPEN') THEN
        RAISE EXCEPTION USING errcode = 'LG904', message = 'the tickets of a raffle are fixed';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER in_time BEFORE INSERT ON raffle_ticket
    FOR EACH ROW EXECUTE FUNCTION refuse_late_ticket();
CREATE TRIGGER back_in_time BEFORE UPDATE ON raffle_ticket
    FOR EACH ROW WHEN (old.back <> new.back OR old.id <> new.id OR old.number <> new.number
                       OR old.member <> new.member OR old.reward <> new.reward)
    EXECUTE FUNCTION refuse_late_ticket();

CREATE TABLE raffle_winner (
    programme int NOT NULL,
    reward uuid NOT NULL,
    place int NOT NULL CHECK (place > 0),
    number int NOT NULL,  -- of the ticket
    kind text NOT NULL CHECK (kind IN ('POINTS', 'REWARD')),
    points bigint NOT NULL CHECK (points >= 0),
    prize uuid,  -- the reward
    payout text NOT NULL CHECK (payout IN ('PAID', 'TOLD', 'FORFEIT')),
    posting uuid,
    CHECK ((kind = 'POINTS') = (points > 0)),
    CHECK ((kind = 'REWARD') = (prize IS NOT NULL)),
    CHECK ((payout = 'PAID') = (posting IS NOT NULL)),
    CHECK (payout <> 'PAID' OR kind = 'POINTS'),
    CHECK (payout <> 'TOLD' OR kind = 'REWARD'),
    PRIMARY KEY (programme, reward, place),
    CONSTRAINT raffle_ticket_wins_once UNIQUE (programme, reward, number),
    FOREIGN KEY (programme, reward, number) REFERENCES raffle_ticket (programme, reward, number),
    FOREIGN KEY (programme, prize) REFERENCES reward (programme, id)
);

REVOKE DELETE ON raffle, raffle_seed, raffle_ticket, raffle_winner FROM laurel_app;
REVOKE UPDATE ON raffle_seed, raffle_winner FROM laurel_app;

SELECT wall('raffle', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('raffle_seed', grants => 'INSERT');
SELECT wall('raffle_ticket', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('raffle_winner', grants => 'SELECT, INSERT');
