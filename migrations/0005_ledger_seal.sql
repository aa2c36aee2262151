-- The ledger's reading side: a statement's page, the sum of lots, the only way to write a seal.

-- One page of an account's statement: the entries after p_after, oldest first, or else those
-- before p_before (NULL: the newest), at most p_limit.
--
-- The numbers of an account's entries have no gaps, so the page is known before it is read and
-- complete when all its entries are found. The journal's months are therefore looked at from
-- the newest backwards, in steps that double, and most pages never open an old partition.
-- The plan must be the generic one: it drops the other partitions when it starts, while a plan
-- made for each step would cost more than all the reading.
CREATE FUNCTION ledger.page(p_book int, p_account bigint, p_after bigint, p_before bigint, p_limit bigint)
RETURNS TABLE (seq bigint, id uuid, kind smallint, side int, amount bigint, balance bigint,
               counter bigint, at timestamptz, ref uuid, grp uuid, actor uuid, month smallint,
               lots bigint[], meta text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    opened timestamptz;
    first bigint;
    last bigint;
    missing bigint;
    got bigint;
    months int := 1;
    month timestamptz := date_trunc('month', now(), 'UTC');
    upper_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    lower_id uuid;
BEGIN
    SELECT a.seq, b.created_at INTO last, opened
      FROM ledger.account AS a JOIN ledger.book AS b ON b.id = a.book
     WHERE a.book = p_book AND a.id = p_account;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- least() and greatest() pass over what is NULL.
    IF p_after IS NOT NULL THEN
        first := greatest(p_after, 0) + 1;
        last := least(first + p_limit - 1, last);
    ELSE
        last := least(p_before - 1, last);
        first := greatest(last - p_limit + 1, 1);
    END IF;
    missing := last - first + 1;
    WHILE missing > 0 LOOP
        month := date_subtract(month, months * interval '1 month', 'UTC');
        -- The last step is open: it has whatever came with an id older than the book.
        lower_id := CASE WHEN month > opened THEN uuid7_floor(month)
                         ELSE '00000000-0000-0000-0000-000000000000' END;
        RETURN QUERY
        SELECT j.debit_seq, j.id, j.kind, -1, j.amount, j.debit_balance, j.credit, j.at, j.ref,
               j.grp, j.actor, j.month, j.lots, j.meta::text
          FROM ledger.journal AS j
         WHERE j.book = p_book AND j.debit = p_account AND j.debit_seq BETWEEN first AND last
           AND j.id >= lower_id AND j.id < upper_id
        UNION ALL
        SELECT j.credit_seq, j.id, j.kind, 1, j.amount, j.credit_balance, j.debit, j.at, j.ref,
               j.grp, j.actor, j.month, j.lots, j.meta::text
          FROM ledger.journal AS j
         WHERE j.book = p_book AND j.credit = p_account AND j.credit_seq BETWEEN first AND last
           AND j.id >= lower_id AND j.id < upper_id;
        GET DIAGNOSTICS got = ROW_COUNT;
        missing := missing - got;
        EXIT WHEN month <= opened;
        upper_id := lower_id;
        months := months * 2;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.page TO laurel_app;

-- The points of all lots. Spelt out, it is one expression and eight times as fast as unnesting
-- them, which a reconciliation of a million accounts notices.
CREATE FUNCTION ledger.sum_of(lots bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lots[1] + lots[2] + lots[3] + lots[4] + lots[5] + lots[6] + lots[7] + lots[8] +
           lots[9] + lots[10] + lots[11] + lots[12] + lots[13] + lots[14] + lots[15] + lots[16] +
           lots[17] + lots[18] + lots[19] + lots[20] + lots[21] + lots[22] + lots[23] +
           lots[24] + lots[25] + lots[26] + lots[27] + lots[28] + lots[29] + lots[30] +
           lots[31] + lots[32] + lots[33] + lots[34] + lots[35] + lots[36] + lots[37] + lots[38]
$$;
REVOKE EXECUTE ON FUNCTION ledger.sum_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.sum_of TO laurel_app;

-- Where sealing stands is the newest end over all books; a receipt asks for one book's segment.
CREATE INDEX seal_end ON ledger.seal (end_xid, book);

-- Seals one stretch of a book's journal, whose Merkle root the caller has computed, and returns
-- the new head. The stretch must begin where the book's last segment ended, so two callers can
-- not both seal it, and must end where every transaction has finished, so no row can be late.
-- The head is chained here, from what is stored, so that no caller can begin another chain.
CREATE FUNCTION ledger.seal_segment(p_book int, p_first_xid bigint, p_end_xid bigint, p_rows bigint,
                                    p_root bytea, p_at timestamptz) RETURNS ledger.seal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last ledger.seal;
    made ledger.seal;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger.seal_segment', p_book));
    SELECT * INTO last FROM ledger.seal WHERE book = p_book ORDER BY segment DESC LIMIT 1;
    IF p_first_xid IS DISTINCT FROM coalesce(last.end_xid, 0) THEN
        RAISE EXCEPTION USING errcode = 'LG910', message = format(
            'book %s is sealed up to transaction %s, not %s', p_book, coalesce(last.end_xid, 0), p_first_xid);
    END IF;
    IF p_end_xid > pg_snapshot_xmin(pg_current_snapshot())::text::bigint THEN
        RAISE EXCEPTION USING errcode = 'LG911', message = format(
            'transactions before %s may still be writing', p_end_xid);
    END IF;
    made := ROW(p_book, coalesce(last.segment, 0) + 1, p_first_xid, p_end_xid, p_rows, p_root, NULL, p_at);
    made.head := sha256(
        '\x02'::bytea || coalesce(last.head, decode(repeat('00', 32), 'hex'))
        || int4send(made.book) || int4send(made.segment) || int8send(made.first_xid)
        || int8send(made.end_xid) || int8send(made.rows)
        || int8send((extract(epoch FROM made.at) * 1000000)::bigint) || made.root);
    INSERT INTO ledger.seal (book, segment, first_xid, end_xid, rows, root, head, at)
    SELECT made.*;
    RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.seal_segment FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.seal_segment TO laurel_app;
