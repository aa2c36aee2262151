-- The second wall: sessions of partners and operators work as a role that row-level security
-- keeps inside one programme and its ledger book, whatever a query forgets. The first wall is
-- that every query is keyed by programme anyway.
DO $$ BEGIN
    CREATE ROLE laurel_walled NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;  -- roles are shared by all databases of a server
END $$;
-- So that a session of the app may become it for one transaction.
GRANT laurel_walled TO laurel_app;
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

-- Put a table behind the wall: its rows are the walled programme's (or book's) only. The app's
-- own role sees all, by a policy that costs nothing. To be called for each new table.
CREATE FUNCTION wall(
    relation regclass, key name DEFAULT 'programme', grants text DEFAULT 'SELECT, INSERT, UPDATE, DELETE'
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    ours text := CASE key WHEN 'book' THEN 'walled_book()' ELSE 'walled_programme()' END;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('CREATE POLICY app ON %s TO laurel_app USING (true) WITH CHECK (true)', relation);
    EXECUTE format('CREATE POLICY walled ON %s TO laurel_walled USING (%I = %s) WITH CHECK (%I = %s)',
                   relation, key, ours, key, ours);
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
-- No programme stands in these: who subscribes is no secret, what is queued is only added to.
GRANT SELECT ON event_subscription TO laurel_walled;
GRANT INSERT ON event_queue TO laurel_walled;
