-- The role every process works as: it reads and writes what the migrations grant, no more.
DO $$ BEGIN
    CREATE ROLE laurel_app NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;  -- roles are shared by all databases of a server
END $$;
GRANT USAGE ON SCHEMA public TO laurel_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO laurel_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO laurel_app;
GRANT SELECT ON tortoise_migrations TO laurel_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- The first UUIDv7 of a moment: bounds of id ranges, so of partitions. It is as stable as what
-- it calls, or PostgreSQL could not put its body in its place.
CREATE FUNCTION uuid7_floor(moment timestamptz) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0')
            || '00000000000000000000')::uuid
$$;

-- What happened, for ever. Shaped for Debezium's outbox router: subject is the aggregate id,
-- action the event type, evidence the payload.
CREATE TABLE event (
    number bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL,
    programme int NOT NULL,
    subject uuid NOT NULL,
    action text NOT NULL,
    object uuid NOT NULL,
    at timestamptz NOT NULL,
    evidence jsonb NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX event_subject ON event (subject, number);
CREATE INDEX event_action ON event (action, number);

-- Which reaction waits for which action; kept equal to the code by the workers at start.
CREATE TABLE event_subscription (
    reaction text NOT NULL,
    action text NOT NULL,
    PRIMARY KEY (action, reaction)
);

CREATE TABLE event_queue (
    reaction text NOT NULL,
    subject uuid NOT NULL,
    number bigint NOT NULL,
    event uuid NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT '-infinity',
    error text,
    PRIMARY KEY (reaction, number)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE INDEX event_queue_lane ON event_queue (reaction, subject, number);

CREATE TABLE event_dead (
    reaction text NOT NULL,
    number bigint NOT NULL,
    subject uuid NOT NULL,
    event uuid NOT NULL,
    attempts int NOT NULL,
    error text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (reaction, number)
);

-- When each scheduled job ran and is due; its row is locked while it runs.
CREATE TABLE job (
    name text PRIMARY KEY,
    due_at timestamptz NOT NULL DEFAULT '-infinity',
    ran_at timestamptz,
    failures int NOT NULL DEFAULT 0,  -- in a row
    error text
);
