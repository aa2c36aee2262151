-- What happens to points over time: promises that mature, holds that run out, lots that expire,
-- points that cross into another book, totals of closed days. Every job here may run twice, at
-- once, or months late.

-- Points promised: not spendable before they mature, and then posted under the same id. A
-- promise is refused and remembered as the posting it would become.
CREATE FUNCTION ledger.promise(
    p_book int, p_at timestamptz, p_id uuid[], p_account bigint[], p_amount bigint[],
    p_source bigint[], p_month smallint[], p_matures timestamptz[], p_actor uuid[], p_meta text[],
    OUT outcome smallint[], OUT moved bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    this_month int;
    id_from uuid;
    id_to uuid;
BEGIN
    PERFORM FROM ledger.account AS a
      WHERE a.book = p_book AND a.id = ANY (p_account) ORDER BY a.id FOR NO KEY UPDATE;
    SELECT greatest(ledger.month_of(p_at), b.closed_through + 1),
           uuid7_floor(p_at - b.id_past), uuid7_floor(p_at + b.id_future)
      INTO this_month, id_from, id_to FROM ledger.book AS b WHERE b.id = p_book;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING errcode = 'LG903', message = format('there is no book %s', p_book);
    END IF;

    WITH asked AS (
        SELECT u.*, min(u.o) OVER (PARTITION BY u.id) AS first
          FROM unnest(p_id, p_account, p_amount, p_source, p_month, p_matures, p_actor, p_meta)
               WITH ORDINALITY
               AS u (id, account, amount, source, month, matures, actor, meta, o)
    ), judged AS (
        SELECT k.*, CASE
            WHEN p.id IS NOT NULL THEN
                CASE WHEN p.account = k.account AND p.amount = k.amount AND p.source = k.source
                      AND p.month IS NOT DISTINCT FROM k.month THEN 2 ELSE 4 END
            WHEN t.id IS NOT NULL THEN
                CASE WHEN t.kind = 1 AND t.credit = k.account AND t.amount = k.amount
                      AND t.debit = k.source AND t.ref IS NULL
                      AND (k.month IS NULL OR k.month = t.month) THEN 2 ELSE 4 END
            WHEN f.id IS NOT NULL THEN
                CASE WHEN f.kind = 1 AND f.credit = k.account AND f.amount = k.amount
                      AND f.debit = k.source AND f.ref IS NULL THEN f.outcome ELSE 4 END
            WHEN k.id < id_from OR k.id >= id_to THEN 8
            WHEN (k.amount BETWEEN 1 AND 9007199254740991) IS NOT TRUE
              OR (k.source BETWEEN -5 AND -1) IS NOT TRUE
              OR k.month <> 32767 AND k.month NOT BETWEEN this_month AND this_month + 34 THEN 5
            WHEN a.id IS NULL THEN 3
            ELSE 0 END::smallint AS rc
          FROM asked AS k
          LEFT JOIN ledger.pending AS p ON p.book = p_book AND p.id = k.id
          LEFT JOIN ledger.journal AS t ON t.book = p_book AND t.id = k.id
          LEFT JOIN ledger.refusal AS f ON f.book = p_book AND f.id = k.id
          LEFT JOIN ledger.account AS a ON a.book = p_book AND a.id = k.account
    ), promised AS (
        INSERT INTO ledger.pending (book, id, account, source, amount, month, matures_at, at,
                                    actor, meta)
        SELECT p_book, j.id, j.account, j.source, j.amount, j.month, j.matures, p_at, j.actor,
               j.meta::jsonb
          FROM judged AS j WHERE j.rc = 0 AND j.first = j.o
    ), refused AS (
        INSERT INTO ledger.refusal (book, id, outcome, kind, debit, credit, amount, at)
        SELECT p_book, j.id, j.rc, 1, j.source, j.account, j.amount, p_at
          FROM judged AS j WHERE j.rc IN (3, 8) AND j.first = j.o
            ON CONFLICT DO NOTHING
    ), answered AS (
        SELECT j.o, j.amount, CASE
            WHEN j.rc <> 0 OR j.first = j.o THEN j.rc
            WHEN w.rc <> 0 THEN 4  -- the id was refused a moment ago for something else
            WHEN (w.account, w.amount, w.source) = (j.account, j.amount, j.source)
             AND w.month IS NOT DISTINCT FROM j.month THEN 2
            ELSE 4 END::smallint AS rc
          FROM judged AS j JOIN judged AS w ON w.o = j.first
    )
    SELECT array_agg(n.rc ORDER BY n.o),
           array_agg(CASE WHEN n.rc IN (0, 2) THEN n.amount ELSE 0 END ORDER BY n.o)
      INTO outcome, moved FROM answered AS n;
END $$;

-- Promises kept: each is posted under its own id, in the month it asked for or the current one
-- if that has passed. One that cannot be posted now stays open. 12: none such is open.
CREATE FUNCTION ledger.mature(
    p_book int, p_at timestamptz, p_id uuid[],
    OUT outcome smallint[], OUT moved bigint[], OUT credit_balance bigint[],
    OUT credit_seq bigint[], OUT account bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    n int;
    this_month int;
    due record;
    posted record;
BEGIN
    -- The accounts first, so that of a cancellation and a maturity at once only one finds it open.
    PERFORM FROM ledger.account AS a
      WHERE a.book = p_book
        AND a.id = ANY (ARRAY(SELECT p.account FROM ledger.pending AS p
                               WHERE p.book = p_book AND p.id = ANY (p_id)))
      ORDER BY a.id FOR NO KEY UPDATE;
    SELECT greatest(ledger.month_of(p_at), b.closed_through + 1)
      INTO this_month FROM ledger.book AS b WHERE b.id = p_book;
    SELECT array_agg(p.id ORDER BY p.id) AS id, array_agg(p.source ORDER BY p.id) AS source,
           array_agg(p.account ORDER BY p.id) AS account,
           array_agg(p.amount ORDER BY p.id) AS amount,
           array_agg(p.actor ORDER BY p.id) AS actor,
           array_agg(p.meta::text ORDER BY p.id) AS meta,
           array_agg(CASE WHEN p.state = 1 THEN NULL WHEN p.month = 32767 THEN p.month
                          ELSE least(greatest(p.month, this_month), this_month + 34)
                     END::smallint ORDER BY p.id) AS month
      INTO due FROM ledger.pending AS p
     WHERE p.book = p_book AND p.id = ANY (p_id) AND p.state IN (0, 1);
    n := coalesce(cardinality(due.id), 0);
    SELECT r.* INTO posted FROM ledger.post(
        p_book, p_at, coalesce(due.id, '{}'), array_fill(1::smallint, ARRAY[n]), due.source,
        due.account, due.amount, due.month, p_actor => due.actor, p_meta => due.meta,
        p_upkeep => true) AS r;
    UPDATE ledger.pending AS p SET state = 1
      FROM unnest(due.id, posted.outcome) AS v (id, rc)
     WHERE p.book = p_book AND p.id = v.id AND p.state = 0 AND v.rc IN (0, 2);
    SELECT array_agg(coalesce(v.rc, 12) ORDER BY u.o), array_agg(coalesce(v.moved, 0) ORDER BY u.o),
           array_agg(v.balance ORDER BY u.o), array_agg(v.seq ORDER BY u.o),
           array_agg(v.account ORDER BY u.o)
      INTO outcome, moved, credit_balance, credit_seq, account
      FROM unnest(p_id) WITH ORDINALITY AS u (id, o)
      LEFT JOIN unnest(due.id, posted.outcome, posted.moved, posted.credit_balance,
                       posted.credit_seq, due.account)
                AS v (id, rc, moved, balance, seq, account) ON v.id = u.id;
END $$;

-- Promises withdrawn; allowed under every return policy, for nothing was given yet.
CREATE FUNCTION ledger.cancel(
    p_book int, p_at timestamptz, p_id uuid[],
    OUT outcome smallint[], OUT moved bigint[], OUT account bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM ledger.account AS a
      WHERE a.book = p_book
        AND a.id = ANY (ARRAY(SELECT p.account FROM ledger.pending AS p
                               WHERE p.book = p_book AND p.id = ANY (p_id)))
      ORDER BY a.id FOR NO KEY UPDATE;
    WITH cancelled AS (
        UPDATE ledger.pending AS p SET state = 2
         WHERE p.book = p_book AND p.id = ANY (p_id) AND p.state = 0
        RETURNING p.id
    )
    SELECT array_agg(CASE WHEN c.id IS NOT NULL AND u.first = u.o THEN 0
                          WHEN c.id IS NOT NULL OR p.state = 2 THEN 2
                          ELSE 12 END::smallint ORDER BY u.o),
           array_agg(CASE WHEN c.id IS NOT NULL OR p.state = 2 THEN p.amount
                          ELSE 0 END ORDER BY u.o),
           array_agg(p.account ORDER BY u.o)
      INTO outcome, moved, account
      FROM (SELECT k.id, k.o, min(k.o) OVER (PARTITION BY k.id) AS first
              FROM unnest(p_id) WITH ORDINALITY AS k (id, o)) AS u
      LEFT JOIN cancelled AS c ON c.id = u.id
      LEFT JOIN ledger.pending AS p ON p.book = p_book AND p.id = u.id;
END $$;

-- At most p_limit promises whose time has come, oldest first; the accounts that changed.
CREATE FUNCTION ledger.mature_due(p_book int, p_at timestamptz, p_limit int) RETURNS bigint[]
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(v.account) FILTER (WHERE v.rc IN (0, 2)), '{}')
      FROM ledger.mature(p_book, p_at, ARRAY(
               SELECT p.id FROM ledger.pending AS p
                WHERE p.book = p_book AND p.state = 0 AND p.matures_at <= p_at
                ORDER BY p.matures_at LIMIT p_limit)) AS m,
           unnest(m.account, m.outcome) AS v (account, rc)
$$;

-- At most p_limit holds that have run out, oldest first; the accounts that changed. The id of
-- a release follows from its hold. Who loses the race against a capture is merely refused.
CREATE FUNCTION ledger.release_due(p_book int, p_at timestamptz, p_limit int) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    due record;
    n int;
BEGIN
    SELECT array_agg(h.id) AS hold, array_agg(h.account) AS account,
           array_agg(ledger.derived_id(uuid7_floor(h.expires_at),
                                       concat_ws(E'\x1f', 'release', p_book, h.id))) AS id
      INTO due
      FROM (SELECT w.id, w.account, w.expires_at FROM ledger.hold AS w
             WHERE w.book = p_book AND w.state = 0 AND w.expires_at <= p_at
             ORDER BY w.expires_at LIMIT p_limit) AS h;
    n := coalesce(cardinality(due.id), 0);
    IF n = 0 THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT v.account
          FROM ledger.post(p_book, p_at, due.id, array_fill(4::smallint, ARRAY[n]), due.account,
                           array_fill(0::bigint, ARRAY[n]), array_fill(0::bigint, ARRAY[n]),
                           p_ref => due.hold, p_upkeep => true) AS r,
               unnest(due.account, r.outcome) AS v (account, rc)
         WHERE v.rc = 0);
END $$;

-- One step of the monthly expiry; call it again, in a new transaction, while `more`.
--
-- 1. Close the months that have passed: from then on points that would get such a month get a
--    later one. 2. Note the newest transaction id. Whoever still believes that the month is
--    open has read the book after its first lock, so its id is older. 3. Once all of those have
--    ended, nothing stale can appear any more, and 4. the sweep goes through the accounts in
--    order, at most p_limit with stale points a call. Held points are never taken: what holds
--    protect is left for a later sweep, and only a sweep that leaves nothing moves
--    expired_through, which frees the slots of those months for new ones.
CREATE FUNCTION ledger.expire(
    p_book int, p_at timestamptz, p_limit int, OUT accounts bigint[], OUT more boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    passed CONSTANT int := ledger.month_of(p_at) - 1;
    me CONSTANT bigint := pg_current_xact_id()::text::bigint;
    book record;
    job record;
    newest bigint;
    slots int[];
    seen record;
BEGIN
    accounts := '{}';
    more := false;
    SELECT u.closing_xid, u.closed_xid, u.swept_to, u.sweep_left INTO job
      FROM ledger.upkeep AS u WHERE u.book = p_book FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;  -- another sweep of this book is at it
    END IF;
    SELECT b.closed_through, b.expired_through INTO book FROM ledger.book AS b WHERE b.id = p_book;
    IF book.closed_through < passed THEN
        UPDATE ledger.book AS b SET closed_through = passed WHERE b.id = p_book;
        UPDATE ledger.upkeep AS u
           SET closing_xid = me, closed_xid = NULL, swept_to = 0, sweep_left = false
         WHERE u.book = p_book;
        more := true;
        RETURN;
    END IF;
    IF book.expired_through = book.closed_through OR job.closing_xid = me THEN
        RETURN;  -- nothing to do, or nothing before this transaction has committed
    END IF;
    IF job.closed_xid IS NULL THEN
        -- A subtransaction gets its id now, and ids are given in order; the transaction's own
        -- may be older than the closing. (A block that could catch something is one.)
        BEGIN
            UPDATE ledger.upkeep AS u SET swept_to = 0 WHERE u.book = p_book
            RETURNING u.xmin::text::bigint INTO newest;
        EXCEPTION WHEN raise_exception THEN
            RAISE;
        END;
        newest := (me >> 32 << 32) + newest;
        IF newest < me THEN
            newest := newest + (1::bigint << 32);
        END IF;
        UPDATE ledger.upkeep AS u SET closed_xid = newest WHERE u.book = p_book;
        more := true;
        RETURN;
    END IF;
    IF pg_snapshot_xmin(pg_current_snapshot())::text::bigint < job.closed_xid THEN
        RETURN;
    END IF;

    slots := ARRAY(SELECT m % 37 + 1
                     FROM generate_series(book.expired_through + 1,
                                          least(book.closed_through,
                                                book.expired_through + 37)) AS m);
    WITH looked AS (
        SELECT a.id, a.held, a.seq, a.balance, a.lots FROM ledger.account AS a
         WHERE a.book = p_book AND a.id > job.swept_to
           AND (a.lots[slots[1]] > 0
                OR cardinality(slots) > 1
                   AND EXISTS (SELECT FROM unnest(slots) AS s WHERE a.lots[s] > 0))
         ORDER BY a.id LIMIT p_limit FOR NO KEY UPDATE
    ), lot AS (
        SELECT l.id, l.seq, l.balance, s.slot, book.expired_through + s.o AS month,
               l.lots[s.slot] AS points,
               sum(l.lots[s.slot]) OVER (PARTITION BY l.id ORDER BY s.o) AS up_to,
               sum(l.lots[s.slot]) OVER (PARTITION BY l.id) AS stale,
               l.held
          FROM looked AS l CROSS JOIN unnest(slots) WITH ORDINALITY AS s (slot, o)
         WHERE l.lots[s.slot] > 0
    ), taken AS (
        -- The oldest first, until what is left is covered by what is held.
        SELECT t.id, t.seq, t.balance, t.held, t.slot, t.month,
               least(t.points, t.stale - t.held - (t.up_to - t.points)) AS amount,
               t.seq + row_number() OVER w AS new_seq,
               t.balance - least(t.up_to, t.stale - t.held) AS new_balance
          FROM lot AS t WHERE t.stale - t.held > t.up_to - t.points
        WINDOW w AS (PARTITION BY t.id ORDER BY t.month)
    ), left_over AS (
        SELECT l.id, array_agg(s.points - coalesce(t.amount, 0) ORDER BY s.slot) AS lots
          FROM looked AS l
         CROSS JOIN unnest(l.lots) WITH ORDINALITY AS s (points, slot)
          LEFT JOIN taken AS t ON t.id = l.id AND t.slot = s.slot
         GROUP BY l.id
    ), changed AS (
        -- held too, unchanged: the constraints are checked on the statement's snapshot of the
        -- row first, which is older than what was locked when somebody else was just at it.
        UPDATE ledger.account AS a
           SET balance = t.balance, held = t.held, seq = t.seq, lots = r.lots
          FROM (SELECT k.id, min(k.new_balance) AS balance, min(k.held) AS held,
                       max(k.new_seq) AS seq
                  FROM taken AS k GROUP BY k.id) AS t
          JOIN left_over AS r ON r.id = t.id
         WHERE a.book = p_book AND a.id = t.id
        RETURNING a.id
    ), posted AS (
        INSERT INTO ledger.journal (book, id, kind, debit, credit, amount, debit_seq,
                                    debit_balance, month, at, xid)
        SELECT p_book,
               ledger.derived_id(uuid7_floor(p_at), concat_ws(
                   E'\x1f', 'expire', p_book, t.id, t.month, t.new_seq)),
               5, t.id, -3, t.amount, t.new_seq, t.new_balance, t.month, p_at, me
          FROM taken AS t
    )
    SELECT (SELECT count(*) FROM looked) AS accounts,
           (SELECT max(l.id) FROM looked AS l) AS last,
           EXISTS (SELECT FROM left_over AS l, unnest(slots) AS s WHERE l.lots[s] > 0) AS remain,
           ARRAY(SELECT c.id FROM changed AS c) AS changed
      INTO seen;
    accounts := seen.changed;
    IF seen.accounts = p_limit THEN
        more := true;
        UPDATE ledger.upkeep AS u
           SET swept_to = seen.last, sweep_left = u.sweep_left OR seen.remain
         WHERE u.book = p_book;
        RETURN;
    END IF;
    UPDATE ledger.upkeep AS u SET swept_to = 0, sweep_left = false WHERE u.book = p_book;
    IF NOT (job.sweep_left OR seen.remain) THEN
        UPDATE ledger.book AS b
           SET expired_through = least(book.closed_through, book.expired_through + 37)
         WHERE b.id = p_book;
        more := book.closed_through > book.expired_through + 37;
    END IF;
END $$;

-- Leg 1 of a crossing: the points leave for clearing, and a row says where they go. Outcomes
-- are those of a move; 3 also when the other book has no such account.
CREATE FUNCTION ledger.cross(
    p_book int, p_at timestamptz, p_id uuid, p_account bigint, p_amount bigint, p_to_book int,
    p_to_account bigint, p_to_amount bigint, p_actor uuid, p_meta text,
    OUT outcome smallint, OUT moved bigint, OUT debit_balance bigint, OUT debit_seq bigint,
    OUT available bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first record;
BEGIN
    moved := 0;
    -- Its lock, so that the same crossing twice at once is one after the other.
    PERFORM FROM ledger.account AS a
      WHERE a.book = p_book AND a.id = p_account FOR NO KEY UPDATE;
    SELECT c.to_book, c.to_account, c.amount INTO first
      FROM ledger.crossing AS c WHERE c.book = p_book AND c.id = p_id;
    IF FOUND THEN
        IF (first.to_book, first.to_account, first.amount)
           IS DISTINCT FROM (p_to_book, p_to_account, p_to_amount) THEN
            outcome := 4;
            RETURN;
        END IF;
    ELSIF p_to_book = p_book OR (p_to_amount BETWEEN 1 AND 9007199254740991) IS NOT TRUE THEN
        outcome := 5;
        RETURN;
    ELSIF EXISTS (SELECT FROM ledger.journal AS t WHERE t.book = p_book AND t.id = p_id) THEN
        outcome := 4;  -- a posting, but no crossing
        RETURN;
    ELSIF NOT EXISTS (SELECT FROM ledger.account AS a
                       WHERE a.book = p_to_book AND a.id = p_to_account) THEN
        outcome := 3;
        INSERT INTO ledger.refusal (book, id, outcome, kind, debit, credit, amount, at)
        VALUES (p_book, p_id, 3, 1, p_account, -4, p_amount, p_at)
            ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    SELECT r.outcome, r.moved, r.debit_balance, r.debit_seq, r.available
      INTO outcome, moved, debit_balance, debit_seq, available
      FROM ledger.post_one(p_book, p_at, p_id, 1::smallint, p_account, -4, p_amount,
                           p_actor => p_actor, p_meta => p_meta) AS r;
    IF outcome = 0 THEN
        -- The soonest month of what left: a crossing must not make points live longer.
        INSERT INTO ledger.crossing (book, id, to_book, to_account, amount, month, at, meta)
        SELECT p_book, p_id, p_to_book, p_to_account, p_to_amount, coalesce(t.month, t.lots[1]),
               p_at, p_meta::jsonb
          FROM ledger.journal AS t WHERE t.book = p_book AND t.id = p_id;
    END IF;
END $$;

-- Leg 2: at most p_limit crossings, oldest first or just p_id, arrive under the same id. It is
-- a credit, so it cannot fail for funds; what is refused for another reason stays open. The
-- books and accounts that changed, side by side.
CREATE FUNCTION ledger.arrive(
    p_at timestamptz, p_limit int, p_book int DEFAULT NULL, p_id uuid DEFAULT NULL,
    OUT books int[], OUT accounts bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    leg record;
    outcomes smallint[];
    n int;
BEGIN
    books := '{}';
    accounts := '{}';
    FOR leg IN
        SELECT w.to_book, array_agg(w.book) AS book, array_agg(w.id) AS id,
               array_agg(w.to_account) AS account, array_agg(w.amount) AS amount,
               array_agg(w.meta::text) AS meta,
               array_agg(CASE w.month WHEN 32767 THEN 32767 ELSE
                   least(greatest(w.month, w.this_month), w.this_month + 34,
                         w.expired_through + 37) END::smallint) AS month
          FROM (SELECT c.book, c.id, c.to_book, c.to_account, c.amount, c.meta, c.month,
                       b.expired_through,
                       greatest(ledger.month_of(p_at), b.closed_through + 1) AS this_month
                  FROM ledger.crossing AS c JOIN ledger.book AS b ON b.id = c.to_book
                 WHERE NOT c.arrived AND (p_id IS NULL OR (c.book, c.id) = (p_book, p_id))
                 ORDER BY c.at LIMIT p_limit FOR UPDATE OF c SKIP LOCKED) AS w
         GROUP BY w.to_book ORDER BY w.to_book
    LOOP
        n := cardinality(leg.id);
        SELECT r.outcome INTO outcomes
          FROM ledger.post(leg.to_book, p_at, leg.id, array_fill(1::smallint, ARRAY[n]),
                           array_fill(-4::bigint, ARRAY[n]), leg.account, leg.amount, leg.month,
                           p_meta => leg.meta, p_upkeep => true) AS r;
        UPDATE ledger.crossing AS c SET arrived = true
          FROM unnest(leg.book, leg.id, outcomes) AS v (book, id, rc)
         WHERE c.book = v.book AND c.id = v.id AND v.rc IN (0, 2);
        SELECT books || coalesce(array_agg(leg.to_book), '{}'),
               accounts || coalesce(array_agg(v.account), '{}')
          INTO books, accounts
          FROM unnest(leg.account, outcomes) AS v (account, rc) WHERE v.rc IN (0, 2);
    END LOOP;
END $$;

-- Adds what was written since to the totals of the days; true while more is left. Only rows of
-- transactions that have all ended are counted, so that each row is counted exactly once, late
-- as its commit may be.
CREATE FUNCTION ledger.total_days(p_book int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ended CONSTANT bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    since bigint;
    until bigint;
BEGIN
    SELECT u.totalled_xid INTO since
      FROM ledger.upkeep AS u WHERE u.book = p_book FOR NO KEY UPDATE;
    until := least(ended, since + 20000);
    IF until <= since THEN
        RETURN false;
    END IF;
    INSERT INTO ledger.day_total AS d (book, day, account, debits, credits)
    SELECT p_book, (t.at AT TIME ZONE 'UTC')::date, s.account, sum(s.debit), sum(s.credit)
      FROM ledger.journal AS t
     CROSS JOIN LATERAL (VALUES (t.debit, t.amount, 0), (t.credit, 0, t.amount))
                AS s (account, debit, credit)
     WHERE t.book = p_book AND t.xid >= since AND t.xid < until AND s.account < 0
     GROUP BY 2, 3
        ON CONFLICT (book, day, account) DO UPDATE
           SET debits = d.debits + excluded.debits, credits = d.credits + excluded.credits;
    UPDATE ledger.upkeep AS u SET totalled_xid = until WHERE u.book = p_book;
    RETURN until < ended;
END $$;

-- Forgets refusals of ids that are too old by any clock within the window; how many.
CREATE FUNCTION ledger.purge_refusals(p_book int, p_at timestamptz, p_limit int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH old AS (
        SELECT f.book, f.id FROM ledger.refusal AS f JOIN ledger.book AS b ON b.id = f.book
         WHERE f.book = p_book AND f.id < uuid7_floor(p_at - b.id_past - b.id_future)
         ORDER BY f.id LIMIT p_limit
    ), gone AS (
        DELETE FROM ledger.refusal AS f USING old AS o
         WHERE f.book = o.book AND f.id = o.id RETURNING f.id
    )
    SELECT count(*)::int FROM gone
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.promise, ledger.mature, ledger.cancel, ledger.mature_due,
    ledger.release_due, ledger.expire, ledger.cross, ledger.arrive, ledger.total_days,
    ledger.purge_refusals TO laurel_app;
