-- Models: what was trained, and which of them is in use.

CREATE TABLE model (
    programme int NOT NULL REFERENCES programme (id),
    id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('LIVE', 'RETIRED', 'REJECTED', 'DROPPED')),
    reason text CHECK (char_length(reason) BETWEEN 1 AND 500),  -- why it is not used
    interactions bigint NOT NULL CHECK (interactions >= 0),
    members int NOT NULL CHECK (members >= 0),
    items int NOT NULL CHECK (items >= 0),
    seconds real NOT NULL CHECK (seconds >= 0),
    measured jsonb NOT NULL CHECK (jsonb_typeof(measured) = 'object'),
    trained_at timestamptz NOT NULL,
    used_at timestamptz,  -- since when it was in use for the last time
    CHECK (state <> 'REJECTED' OR reason IS NOT NULL),
    CHECK (state <> 'LIVE' OR used_at IS NOT NULL),
    PRIMARY KEY (programme, id)
);
CREATE UNIQUE INDEX model_in_use ON model (programme) WHERE state = 'LIVE';

-- When a programme is to be trained next, and by when whoever is at it must have ended.
CREATE TABLE training (
    programme int NOT NULL REFERENCES programme (id),
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    PRIMARY KEY (programme)
);
CREATE INDEX training_due ON training (due_at);

REVOKE DELETE ON model, training FROM laurel_app;

SELECT shut('model');
SELECT shut('training');
