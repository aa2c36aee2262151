-- Bulk work outgrows the statistics by which statements are planned long before autovacuum comes
-- around, and a plan that was right for an empty table can cost a hundred times too much. Those who
-- fill tables may ask for fresh ones; only tables that have changed by a quarter are looked at.
CREATE FUNCTION refresh_statistics() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation regclass;
    looked_at int := 0;
BEGIN
    FOR relation IN SELECT relid FROM pg_stat_user_tables
                     WHERE n_mod_since_analyze > 500 AND n_mod_since_analyze > n_live_tup / 4
                       AND n_live_tup > 0 LOOP
        EXECUTE format('ANALYZE %s', relation);
        looked_at := looked_at + 1;
    END LOOP;
    RETURN looked_at;
END $$;
REVOKE EXECUTE ON FUNCTION refresh_statistics FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_statistics TO laurel_app;
