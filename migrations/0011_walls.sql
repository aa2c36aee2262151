-- The second wall: sessions of partners and operators work as a role that row-level security
-- keeps inside one programme and its ledger book, whatever a query forgets. The first wall is
-- that every query is keyed by programme anyway.
DO $$ BEGIN
    CREATE ROLE laurel_walled NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;  -- roles are shared by all databases of a server
END $$;
-- So that a session of the app may become it for one transaction; it inherits nothing from it.
GRANT laurel_walled TO laurel_app WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA public, ledger TO laurel_walled;

-- The programme and the book that the transaction was opened for; NULL, so nothing, outside one.
CREATE FUNCTION walled_programme() RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('laurel.programme', true), '')::int
$$;
CREATE FUNCTION walled_book() RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('laurel.book', true), '')::int
$$;

-- Close a table: the app's own role sees all of it, by a policy that costs nothing, and nobody
-- else anything. To be called for each new table that no partner and no operator works with.
CREATE FUNCTION shut(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('CREATE POLICY app ON %s TO laurel_app USING (true) WITH CHECK (true)', relation);
END $$;
REVOKE EXECUTE ON FUNCTION shut FROM PUBLIC;

-- Put a table behind the wall: its rows are the walled programme's (or book's) only. A row that
-- names both must name both rightly. To be called for each other new table; `grants` are at most
-- those of the app's own role.
CREATE FUNCTION wall(
    relation regclass, key name DEFAULT 'programme', grants text DEFAULT 'SELECT, INSERT, UPDATE, DELETE'
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ours text := format(CASE key WHEN 'book' THEN '%I = walled_book()'
                                 ELSE '%I = walled_programme()' END, key);
    sound text := ours;
BEGIN
    IF key <> 'book' AND EXISTS (SELECT FROM pg_attribute AS a
                                  WHERE a.attrelid = relation AND a.attname = 'book') THEN
        sound := sound || ' AND book = walled_book()';
    END IF;
    PERFORM shut(relation);
    EXECUTE format('CREATE POLICY walled ON %s TO laurel_walled USING (%s) WITH CHECK (%s)',
                   relation, ours, sound);
    EXECUTE format('GRANT %s ON %s TO laurel_walled', grants, relation);
END $$;
REVOKE EXECUTE ON FUNCTION wall FROM PUBLIC;

SELECT wall('programme', 'id', 'SELECT, UPDATE');
SELECT wall('member');
SELECT wall('member_zone');
SELECT wall('friendship');
SELECT wall('friend_request');
SELECT wall('block');
SELECT wall('activity');
SELECT wall('activity_file');
SELECT wall('earning_rule', grants => 'SELECT, INSERT');
SELECT wall('award', grants => 'SELECT, INSERT');
SELECT wall('transfer', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('answer');
SELECT wall('event', grants => 'SELECT, INSERT');

-- Only the workers, the schedule and the migrations work with these.
SELECT shut('event_dead');
SELECT shut('job');
SELECT shut('tortoise_migrations');

-- Who listens to what is the app's own matter, and the same for every programme.
SELECT shut('event_subscription');
CREATE POLICY walled ON event_subscription FOR SELECT TO laurel_walled USING (true);
GRANT SELECT ON event_subscription TO laurel_walled;

-- A queue row names no programme, only its event. The event is written by the same statement, so
-- a policy could not see it yet; a trigger at the statement's end does, through event's policy.
SELECT shut('event_queue');
CREATE POLICY walled ON event_queue FOR INSERT TO laurel_walled WITH CHECK (true);
GRANT INSERT ON event_queue TO laurel_walled;
CREATE FUNCTION refuse_foreign_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM event AS e WHERE e.id = new.event AND e.number = new.number) THEN
        RAISE EXCEPTION USING errcode = '42501', message = 'the event is behind the wall';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own_events AFTER INSERT ON event_queue
    FOR EACH ROW WHEN (current_setting('role') = 'laurel_walled')
    EXECUTE FUNCTION refuse_foreign_event();

-- The ledger's tables may only be read, as by everybody. A month of the journal is read through
-- the journal, whose policy holds then; nobody walled may name a month itself.
SELECT shut('ledger.book');
CREATE POLICY walled ON ledger.book TO laurel_walled USING (id = walled_book());
GRANT SELECT ON ledger.book TO laurel_walled;
SELECT wall('ledger.upkeep', 'book', 'SELECT');
SELECT wall('ledger.account', 'book', 'SELECT');
SELECT wall('ledger.journal', 'book', 'SELECT');
SELECT wall('ledger.hold', 'book', 'SELECT');
SELECT wall('ledger.reversal', 'book', 'SELECT');
SELECT wall('ledger.refusal', 'book', 'SELECT');
SELECT wall('ledger.pending', 'book', 'SELECT');
SELECT wall('ledger.crossing', 'book', 'SELECT');
SELECT wall('ledger.day_total', 'book', 'SELECT');
SELECT wall('ledger.seal', 'book', 'SELECT');

-- The ledger's functions work as their owner, whom no policy holds. Those that a walled session
-- needs therefore begin by refusing another book: the same words at the head of each, for a
-- wrapper around them would be paid for by every posting. Whoever replaces one of them later
-- must call this again; a test calls each of them with a foreign book.
CREATE FUNCTION ledger.guard(guarded regprocedure) RETURNS void LANGUAGE plpgsql AS $guard$
DECLARE
    refusal CONSTANT text := $$
    IF current_setting('role') = 'laurel_walled' AND walled_book() IS DISTINCT FROM p_book THEN
        RAISE EXCEPTION USING errcode = '42501', message = format('book %s is behind the wall', p_book);
    END IF;$$;
    plain text := pg_get_functiondef(guarded);
    place int := strpos(plain, E'\nBEGIN\n');
BEGIN
    IF place = 0 OR strpos(plain, refusal) > 0 THEN
        RAISE EXCEPTION '% cannot be guarded, or is', guarded;
    END IF;
    EXECUTE overlay(plain PLACING E'\nBEGIN' || refusal || E'\n' FROM place FOR 7);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO laurel_walled', guarded);
END $guard$;
REVOKE EXECUTE ON FUNCTION ledger.guard FROM PUBLIC;

-- Written anew, because only a function in this language has a head that can refuse.
CREATE OR REPLACE FUNCTION ledger.open_accounts(p_book int, p_class smallint, p_count int) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint[];
BEGIN
    WITH opened AS (
        INSERT INTO ledger.account (book, id, class)
        SELECT p_book, nextval('ledger.account_id'), p_class FROM generate_series(1, p_count)
        RETURNING id
    )
    SELECT array_agg(id ORDER BY id) INTO made FROM opened;
    RETURN made;
END $$;

SELECT ledger.guard(p.oid) FROM pg_proc AS p
 WHERE p.pronamespace = 'ledger'::regnamespace
   AND p.proname IN ('open_accounts', 'post', 'post_one', 'promise', 'mature', 'cancel', 'cross');
-- These work as whoever calls them, so within the policies.
GRANT EXECUTE ON FUNCTION ledger.month_of, ledger.derived_id, ledger.page, ledger.sum_of
    TO laurel_walled;
