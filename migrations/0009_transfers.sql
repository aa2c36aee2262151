-- Points from one member to another; the id is also that of the ledger's move or hold.
CREATE TABLE transfer (
    programme int NOT NULL,
    id uuid NOT NULL,
    sender uuid NOT NULL,
    receiver uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    memo text CHECK (char_length(memo) BETWEEN 1 AND 140),
    state text NOT NULL
        CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'CANCELLED', 'RETURNED')),
    day date NOT NULL,  -- the sender's local date, which the day's limit counts
    sent_at timestamptz NOT NULL,
    expires_at timestamptz,  -- NULL: it arrived without asking
    resolved_at timestamptz,
    CHECK (sender <> receiver),
    CHECK ((state = 'PENDING') = (resolved_at IS NULL)),
    CHECK (expires_at IS NOT NULL OR state = 'ACCEPTED'),
    PRIMARY KEY (programme, id),
    FOREIGN KEY (programme, sender) REFERENCES member (programme, id),
    FOREIGN KEY (programme, receiver) REFERENCES member (programme, id)
);
CREATE INDEX transfer_sent ON transfer (programme, sender, id);
CREATE INDEX transfer_received ON transfer (programme, receiver, id);
CREATE INDEX transfer_day ON transfer (programme, sender, day)
    WHERE state IN ('PENDING', 'ACCEPTED');
CREATE INDEX transfer_due ON transfer (expires_at) WHERE state = 'PENDING';

-- Whatever the code forgets: an answer is final.
CREATE FUNCTION refuse_second_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'LG901', message = 'a transfer is answered once';
END $$;
CREATE TRIGGER answered_once BEFORE UPDATE ON transfer
    FOR EACH ROW WHEN (old.state <> 'PENDING') EXECUTE FUNCTION refuse_second_answer();

REVOKE DELETE ON transfer FROM laurel_app;
