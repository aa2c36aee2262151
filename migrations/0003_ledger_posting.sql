-- The one writer of the ledger: post(arrays), and post_one, the same rules without arrays.
--
-- Outcomes: 0 done, 1 insufficient, 2 already done, 3 no account, 4 key reused, 5 invalid,
-- 6 hold not open, 7 a linked one failed, 8 outside the id window, 9 not reversible,
-- 10 return refused, 11 expiry behind. None of them is an exception.
--
-- Two errors are our own mistakes and stop everything: LG901, the lots of an account do not
-- cover its balance, and LG903, there is no such book.

CREATE FUNCTION ledger.month_of(moment timestamptz) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(year FROM moment AT TIME ZONE 'UTC') * 12
            + extract(month FROM moment AT TIME ZONE 'UTC') - 1)::smallint
$$;

-- The UUIDv7 that belongs to `parts` in the millisecond of `like_id`; the same bits as
-- infra.ids.derived makes.
CREATE FUNCTION ledger.derived_id(like_id uuid, parts text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(set_byte(set_byte(b.raw, 6, get_byte(b.raw, 6) & 15 | 112),
                           8, get_byte(b.raw, 8) & 63 | 128), 'hex')::uuid
    FROM (SELECT substring(uuid_send(like_id) FROM 1 FOR 6)
                 || substring(sha256(convert_to(parts, 'UTF8')) FROM 1 FOR 10)) AS b (raw)
$$;

CREATE FUNCTION ledger.open_book(
    p_book int, p_unit text, p_at timestamptz, p_expiry_months smallint, p_return_policy smallint
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO ledger.book (id, unit, return_policy, expiry_months, closed_through,
                             expired_through, created_at)
    VALUES (p_book, p_unit, p_return_policy, p_expiry_months, ledger.month_of(p_at) - 1,
            ledger.month_of(p_at) - 1, p_at);
    INSERT INTO ledger.upkeep (book, totalled_xid)
    VALUES (p_book, pg_current_xact_id()::text::bigint);
$$;

CREATE FUNCTION ledger.open_accounts(p_book int, p_class smallint, p_count int) RETURNS bigint[]
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH opened AS (
        INSERT INTO ledger.account (book, id, class)
        SELECT p_book, nextval('ledger.account_id'), p_class FROM generate_series(1, p_count)
        RETURNING id
    )
    SELECT array_agg(id ORDER BY id) FROM opened
$$;

-- Decides and writes many items, in request order, in one call.
--
-- p_at      the time of the postings; the month that lots are soonest spent from is its month,
--           and ids made too long before or after it are refused.
-- p_kind    1 move, 2 hold, 3 capture, 4 release, 6 reverse. For 4 the amount is the hold's
--           and for 6 both accounts and the amount are the original's, whatever is given.
-- p_month   of points that come from a system account; NULL: what the book's policy says.
-- p_grp     items side by side with one value succeed or fail together.
-- p_dry     decide only: nothing is locked or written.
-- p_upkeep  set by the ledger's own jobs: the id may be old, and may be that of a promise.
--
-- Returns arrays as long as p_id. moved is 0 for a refusal, and less than the amount for a
-- reversal that could take only a part. Balances and seqs are those after the item, of its
-- first posting when it is already done; available, what could be spent, is set for outcome 1.
--
-- Speed: everything is read once, decided on flat arrays in memory, and written by one
-- statement a table. Three traps of PL/pgSQL shape the code. A slice of an array variable
-- inside SQL copies all of it each time, so lots stay flat (slot s of account i is
-- a_lots[(i - 1) * 38 + s]) and are copied once by [:]. An element must never be assigned
-- into an empty array, for its lower bound would shift and unnest misalign. A subscript out
-- of range reads as NULL.
CREATE FUNCTION ledger.post(
    p_book int, p_at timestamptz, p_id uuid[], p_kind smallint[], p_debit bigint[],
    p_credit bigint[], p_amount bigint[], p_month smallint[] DEFAULT NULL,
    p_ref uuid[] DEFAULT NULL, p_grp uuid[] DEFAULT NULL, p_expires timestamptz[] DEFAULT NULL,
    p_actor uuid[] DEFAULT NULL, p_meta text[] DEFAULT NULL, p_dry boolean DEFAULT false,
    p_upkeep boolean DEFAULT false,
    OUT outcome smallint[], OUT moved bigint[], OUT debit_balance bigint[],
    OUT credit_balance bigint[], OUT debit_seq bigint[], OUT credit_seq bigint[],
    OUT available bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Planning anew for each call costs more than the small differences between plans.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    never CONSTANT int := 32767;
    most CONSTANT bigint := 9007199254740991;  -- 2^53 - 1: exact in every client
    n CONSTANT int := cardinality(p_id);
    no_bigints CONSTANT bigint[] := array_fill(NULL::bigint, ARRAY[n]);
    book record;
    id_from uuid;
    id_to uuid;
    this_month int;
    swept int;  -- every lot of this month and before is gone
    late boolean;  -- there may be stale lots: the sweep is behind
    policy_month int;
    has_holds CONSTANT boolean := p_kind && '{3,4}';
    has_returns CONSTANT boolean := 6 = ANY (p_kind);
    -- The accounts, and a copy of them from before the group at hand.
    a_id bigint[]; a_balance bigint[]; a_held bigint[]; a_debt bigint[]; a_seq bigint[];
    a_lots bigint[];
    s_balance bigint[]; s_held bigint[]; s_debt bigint[]; s_seq bigint[]; s_lots bigint[];
    -- The items: positions of their accounts, and what becomes of them.
    i_debit int[]; i_credit int[];
    -- Items of one id share the place of the first of them, and there, who got the id's answer.
    i_first int[]; i_answer int[];
    res smallint[]; amounts bigint[] := p_amount;
    ds bigint[] := no_bigints; db bigint[] := no_bigints;
    cs bigint[] := no_bigints; cb bigint[] := no_bigints;
    months smallint[] := array_fill(NULL::smallint, ARRAY[n]);
    several text[] := NULL;
    kept boolean[] := NULL;
    -- Holds: items about one hold share the place of the first of them.
    h_place int[]; h_state smallint[]; h_amount bigint[]; h_account bigint[];
    h_expires timestamptz[]; s_h_state smallint[];
    -- Reversals likewise, and what the journal says of the original.
    r_place int[]; r_done boolean[]; r_from int[]; r_kind smallint[]; r_lots text[];
    s_r_done boolean[];
    -- Rows that items bring about: 5 expire before a hold, 7 settle after a credit.
    x_id uuid[] := '{}'; x_kind smallint[] := '{}'; x_debit bigint[] := '{}';
    x_credit bigint[] := '{}'; x_amount bigint[] := '{}'; x_seq bigint[] := '{}';
    x_balance bigint[] := '{}'; x_month smallint[] := '{}'; x_lots text[] := '{}';
    x_ref uuid[] := '{}'; x_saved int;
    -- The item at hand.
    rc smallint; k smallint; step smallint; m bigint; d int; c int; f int; place int;
    free bigint; stale bigint; base int; slot int; month int; last_month int;
    got bigint; rest bigint; x bigint; lot_month int; lot_amount bigint; lot_list text;
    pairs bigint[]; same boolean;
    grp uuid; grp_from int; grp_failed smallint := 0; grp_fresh boolean; grp_known boolean;
    has_duplicates boolean; has_refusals boolean := false; xid bigint;
BEGIN
    IF n = 0 THEN
        outcome := '{}'; moved := '{}'; debit_balance := '{}'; credit_balance := '{}';
        debit_seq := '{}'; credit_seq := '{}';
        RETURN;
    END IF;

    -- 1. A reversal is between the accounts of its original, in the journal or in this call.
    IF has_returns THEN
        SELECT array_agg(r.debit ORDER BY r.o), array_agg(r.credit ORDER BY r.o),
               array_agg(r.amount ORDER BY r.o), array_agg(r.from_item ORDER BY r.o)
          INTO p_debit, p_credit, amounts, r_from
          FROM (
            SELECT u.o,
                   CASE WHEN u.kind <> 6 THEN u.debit
                        ELSE coalesce(j.credit, b.credit, 0) END AS debit,
                   CASE WHEN u.kind <> 6 THEN u.credit
                        ELSE coalesce(j.debit, b.debit, 0) END AS credit,
                   CASE WHEN u.kind <> 6 THEN u.amount
                        ELSE coalesce(j.amount, b.amount, 0) END AS amount,
                   b.o AS from_item
              FROM unnest(p_kind, p_debit, p_credit, p_amount, p_ref)
                   WITH ORDINALITY AS u (kind, debit, credit, amount, ref, o)
              LEFT JOIN ledger.journal AS j
                     ON u.kind = 6 AND j.book = p_book AND j.id = u.ref
              LEFT JOIN (
                SELECT DISTINCT ON (w.id) w.id, w.kind, w.debit, w.credit, w.amount, w.o
                  FROM unnest(p_id, p_kind, p_debit, p_credit, p_amount)
                       WITH ORDINALITY AS w (id, kind, debit, credit, amount, o)
                 WHERE w.kind IN (1, 3) AND w.amount > 0
                 ORDER BY w.id, w.o
              ) AS b ON u.kind = 6 AND j.id IS NULL AND b.id = u.ref
          ) AS r;
        p_amount := amounts;
    END IF;

    -- 2. Lock in id order, so that two calls over the same accounts cannot wait for each other.
    IF p_dry THEN
        SELECT array_agg(s.id), array_agg(s.balance), array_agg(s.held), array_agg(s.debt),
               array_agg(s.seq), array_agg(s.lots)
          INTO a_id, a_balance, a_held, a_debt, a_seq, a_lots
          FROM (SELECT a.id, a.balance, a.held, a.debt, a.seq, a.lots FROM ledger.account AS a
                 WHERE a.book = p_book AND a.id = ANY (p_debit || p_credit) ORDER BY a.id) AS s;
    ELSE
        SELECT array_agg(s.id), array_agg(s.balance), array_agg(s.held), array_agg(s.debt),
               array_agg(s.seq), array_agg(s.lots)
          INTO a_id, a_balance, a_held, a_debt, a_seq, a_lots
          FROM (SELECT a.id, a.balance, a.held, a.debt, a.seq, a.lots FROM ledger.account AS a
                 WHERE a.book = p_book AND a.id = ANY (p_debit || p_credit) ORDER BY a.id
                   FOR NO KEY UPDATE) AS s;
    END IF;
    a_lots := ARRAY(SELECT unnest(a_lots));

    -- 3. The book, read after the locks: whoever closes a month relies on this order.
    SELECT b.return_policy, b.expiry_months, b.closed_through, b.expired_through,
           uuid7_floor(p_at - b.id_past) AS id_from, uuid7_floor(p_at + b.id_future) AS id_to
      INTO book FROM ledger.book AS b WHERE b.id = p_book;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING errcode = 'LG903', message = format('there is no book %s', p_book);
    END IF;
    id_from := book.id_from;
    id_to := book.id_to;
    swept := book.expired_through;
    this_month := greatest(ledger.month_of(p_at), book.closed_through + 1);
    late := swept < this_month - 1;
    policy_month := coalesce(this_month + book.expiry_months, never);

    -- 4. Where each item's accounts are, and which items repeat the id of an earlier one.
    SELECT array_agg(da.i ORDER BY u.o), array_agg(ca.i ORDER BY u.o), count(DISTINCT u.id) < n
      INTO i_debit, i_credit, has_duplicates
      FROM unnest(p_id, p_debit, p_credit) WITH ORDINALITY AS u (id, debit, credit, o)
      LEFT JOIN unnest(a_id) WITH ORDINALITY AS da (id, i) ON da.id = u.debit
      LEFT JOIN unnest(a_id) WITH ORDINALITY AS ca (id, i) ON ca.id = u.credit;
    IF has_duplicates THEN
        SELECT array_agg(w.first ORDER BY w.o) INTO i_first
          FROM (SELECT u.o, min(u.o) OVER (PARTITION BY u.id) AS first
                  FROM unnest(p_id) WITH ORDINALITY AS u (id, o)) AS w;
        i_answer := array_fill(NULL::int, ARRAY[n]);
    END IF;

    -- 5. Which are known. An id in the journal, among the refusals or among the promises has
    --    had its answer; the same id with other content gets KEY_REUSED.
    IF EXISTS (SELECT FROM ledger.journal AS t WHERE t.book = p_book AND t.id = ANY (p_id))
       OR EXISTS (SELECT FROM ledger.refusal AS t WHERE t.book = p_book AND t.id = ANY (p_id))
       OR NOT p_upkeep AND EXISTS (SELECT FROM ledger.pending AS t
                                    WHERE t.book = p_book AND t.id = ANY (p_id)) THEN
        SELECT array_agg(w.rc ORDER BY w.o),
               array_agg(w.amount ORDER BY w.o),
               array_agg(w.debit_seq ORDER BY w.o), array_agg(w.debit_balance ORDER BY w.o),
               array_agg(w.credit_seq ORDER BY w.o), array_agg(w.credit_balance ORDER BY w.o)
          INTO res, amounts, ds, db, cs, cb
          FROM (
            SELECT u.o,
                   CASE
                     WHEN t.id IS NOT NULL THEN
                       CASE WHEN t.kind = u.kind AND t.ref IS NOT DISTINCT FROM u.ref
                             AND (u.kind = 6 OR t.debit = u.debit AND t.credit = u.credit)
                             AND (u.kind IN (4, 6) OR t.amount = u.amount)
                             AND (u.month IS NULL OR t.month = u.month)
                            THEN 2 ELSE 4 END
                     WHEN f.id IS NOT NULL THEN
                       CASE WHEN f.kind = u.kind AND f.ref IS NOT DISTINCT FROM u.ref
                             AND (u.kind = 6 OR f.debit = u.debit AND f.credit = u.credit)
                             AND (u.kind IN (4, 6) OR f.amount = u.amount)
                            THEN f.outcome ELSE 4 END
                     WHEN p.id IS NOT NULL THEN 4
                     ELSE 0
                   END::smallint AS rc,
                   CASE WHEN t.id IS NOT NULL THEN t.amount
                        WHEN f.id IS NOT NULL OR p.id IS NOT NULL THEN 0
                        ELSE u.amount END AS amount,
                   t.debit_seq, t.debit_balance, t.credit_seq, t.credit_balance
              FROM unnest(p_id, p_kind, p_debit, p_credit, p_amount, p_ref, p_month)
                   WITH ORDINALITY AS u (id, kind, debit, credit, amount, ref, month, o)
              LEFT JOIN ledger.journal AS t ON t.book = p_book AND t.id = u.id
              LEFT JOIN ledger.refusal AS f ON f.book = p_book AND f.id = u.id
              LEFT JOIN ledger.pending AS p
                     ON p.book = p_book AND p.id = u.id AND NOT p_upkeep
          ) AS w;
    ELSE
        res := array_fill(0::smallint, ARRAY[n]);
    END IF;

    IF has_holds THEN
        SELECT array_agg(w.place ORDER BY w.o), array_agg(h.state ORDER BY w.o),
               array_agg(h.amount ORDER BY w.o), array_agg(h.account ORDER BY w.o),
               array_agg(h.expires_at ORDER BY w.o)
          INTO h_place, h_state, h_amount, h_account, h_expires
          FROM (
            SELECT u.o, u.kind, u.ref,
                   min(u.o) FILTER (WHERE u.kind IN (3, 4))
                       OVER (PARTITION BY CASE WHEN u.kind = 2 THEN u.id ELSE u.ref END) AS place
              FROM unnest(p_id, p_kind, p_ref) WITH ORDINALITY AS u (id, kind, ref, o)
          ) AS w
          LEFT JOIN ledger.hold AS h
                 ON w.kind IN (3, 4) AND h.book = p_book AND h.id = w.ref;
    END IF;

    -- What was reversed is known only now that the accounts are locked.
    IF has_returns THEN
        SELECT array_agg(w.place ORDER BY w.o), array_agg(v.id IS NOT NULL ORDER BY w.o),
               array_agg(j.kind ORDER BY w.o),
               array_agg(coalesce(j.lots, ARRAY[j.month, j.amount])::text ORDER BY w.o)
          INTO r_place, r_done, r_kind, r_lots
          FROM (SELECT u.o, u.kind, u.ref,
                       min(u.o) FILTER (WHERE u.kind = 6) OVER (PARTITION BY u.ref) AS place
                  FROM unnest(p_kind, p_ref) WITH ORDINALITY AS u (kind, ref, o)) AS w
          LEFT JOIN ledger.journal AS j ON w.kind = 6 AND j.book = p_book AND j.id = w.ref
          LEFT JOIN ledger.reversal AS v ON w.kind = 6 AND v.book = p_book AND v.original = w.ref;
    END IF;

    -- 6. Decide, in memory and in request order.
    FOR i IN 1..n LOOP
        rc := res[i];
        k := p_kind[i];
        m := p_amount[i];
        d := i_debit[i];
        c := i_credit[i];

        IF p_grp IS NOT NULL AND grp IS DISTINCT FROM p_grp[i] THEN
            grp := p_grp[i];
            grp_failed := 0;
            IF grp IS NOT NULL THEN
                -- A group is known as a whole or not at all: one that shares an id with
                -- something else fails.
                grp_from := i;
                grp_fresh := false;
                grp_known := false;
                FOR j IN i..n LOOP
                    EXIT WHEN p_grp[j] IS DISTINCT FROM grp;
                    f := i_answer[i_first[j]];
                    IF res[j] <> 0 OR f IS NOT NULL AND (kept IS NULL OR kept[f]) THEN
                        grp_known := true;
                    ELSE
                        grp_fresh := true;
                    END IF;
                END LOOP;
                IF NOT grp_fresh THEN
                    grp_from := NULL;  -- nothing to decide, nothing to undo
                ELSIF grp_known THEN
                    grp_failed := 7;
                ELSE
                    s_balance := a_balance; s_held := a_held; s_debt := a_debt;
                    s_seq := a_seq; s_lots := a_lots; s_h_state := h_state; s_r_done := r_done;
                    x_saved := cardinality(x_id);
                END IF;
            END IF;
        END IF;

        IF rc = 0 AND has_duplicates THEN
            f := i_answer[i_first[i]];
            IF f IS NOT NULL AND (kept IS NULL OR kept[f]) THEN
                same := k = p_kind[f] AND p_ref[i] IS NOT DISTINCT FROM p_ref[f]
                        AND (k = 6 OR p_debit[i] = p_debit[f] AND p_credit[i] = p_credit[f])
                        AND (k IN (4, 6) OR m = p_amount[f])
                        AND (p_month[i] IS NULL OR res[f] NOT IN (0, 2)
                             OR p_month[i] = coalesce(p_month[f], months[f]));
                IF NOT same THEN
                    rc := 4;
                ELSIF res[f] IN (0, 2) THEN
                    rc := 2;
                    amounts[i] := amounts[f];
                    ds[i] := ds[f]; db[i] := db[f]; cs[i] := cs[f]; cb[i] := cb[f];
                ELSE
                    rc := res[f];
                END IF;
            END IF;
        END IF;

        IF rc = 0 THEN
            -- 6a. May it be done? Refusals in the order of this text.
            stale := 0;
            IF late AND d IS NOT NULL THEN
                base := (d - 1) * 38 + 1;
                FOR j IN swept + 1 .. least(this_month - 1, swept + 37) LOOP
                    stale := stale + a_lots[base + j % 37];
                END LOOP;
            END IF;
            IF grp_failed <> 0 THEN
                rc := 7;
            ELSIF NOT p_upkeep AND (p_id[i] < id_from OR p_id[i] >= id_to) THEN
                rc := 8;
            ELSIF k = 1 OR k = 3 THEN
                IF (m BETWEEN 1 AND most) IS NOT TRUE OR p_debit[i] = p_credit[i]
                   OR greatest(p_debit[i], p_credit[i]) <= 0
                   OR least(p_debit[i], p_credit[i]) < -5 OR 0 IN (p_debit[i], p_credit[i]) THEN
                    rc := 5;
                ELSIF d IS NULL AND p_debit[i] > 0 OR c IS NULL AND p_credit[i] > 0 THEN
                    rc := 3;
                ELSIF k = 3 THEN
                    place := h_place[i];
                    IF h_state[place] IS DISTINCT FROM 0 OR h_account[place] <> p_debit[i]
                       OR m > h_amount[place] OR h_expires[place] <= p_at THEN
                        rc := 6;
                    ELSIF p_month[i] IS NOT NULL THEN
                        rc := 5;
                    END IF;
                ELSIF d IS NULL THEN
                    month := coalesce(p_month[i], policy_month);
                    IF month <> never AND month NOT BETWEEN this_month AND this_month + 34 THEN
                        rc := 5;
                    ELSIF month <> never AND month - swept > 37 THEN
                        rc := 11;
                    END IF;
                ELSIF p_month[i] IS NOT NULL THEN
                    rc := 5;  -- the points of an account bring their own months
                ELSE
                    free := a_balance[d] - greatest(a_held[d], stale);
                    IF free < m THEN
                        rc := 1;
                    END IF;
                END IF;
                IF rc = 0 AND c IS NOT NULL AND a_balance[c] + m > most THEN
                    rc := 5;
                END IF;
            ELSIF k = 2 THEN
                IF (m BETWEEN 1 AND most) IS NOT TRUE OR p_credit[i] <> 0 OR p_debit[i] <= 0
                   OR p_month[i] IS NOT NULL OR p_expires[i] <= p_at
                   OR p_expires[i] > p_at + interval '31 days' THEN
                    rc := 5;
                ELSIF d IS NULL THEN
                    rc := 3;
                ELSE
                    free := a_balance[d] - greatest(a_held[d], stale);
                    IF free < m THEN
                        rc := 1;
                    END IF;
                END IF;
            ELSIF k = 4 THEN
                place := h_place[i];
                IF p_credit[i] <> 0 OR p_debit[i] <= 0 OR p_month[i] IS NOT NULL THEN
                    rc := 5;
                ELSIF d IS NULL THEN
                    rc := 3;
                ELSIF h_state[place] IS DISTINCT FROM 0 OR h_account[place] <> p_debit[i]
                      OR m NOT IN (0, h_amount[place]) THEN
                    rc := 6;
                ELSE
                    m := h_amount[place];
                END IF;
            ELSIF k = 6 THEN
                place := r_place[i];
                f := r_from[i];
                IF has_duplicates AND f IS NOT NULL THEN
                    f := i_answer[i_first[f]];
                END IF;
                IF f < i AND res[f] = 0 AND p_debit[i] = p_credit[f]
                   AND p_credit[i] = p_debit[f] AND m = p_amount[f] THEN
                    r_kind[i] := p_kind[f];
                    r_lots[i] := coalesce(several[f], format('{%s,%s}', months[f], amounts[f]));
                END IF;
                IF (r_kind[i] IN (1, 3)) IS NOT TRUE OR r_done[place] OR p_debit[i] = 0 THEN
                    rc := 9;
                ELSIF d IS NOT NULL AND c IS NULL AND EXISTS (
                    SELECT FROM ledger.account AS a
                     WHERE a.book = p_book AND a.id = p_debit[i] AND a.class = 1
                ) THEN
                    -- An earn is taken back as the programme has chosen.
                    free := a_balance[d] - greatest(a_held[d], stale);
                    IF book.return_policy = 1 THEN
                        rc := 10;
                    ELSIF free < m AND book.return_policy = 2 THEN
                        m := greatest(free, 0);
                        IF m = 0 THEN
                            rc := 1;
                        END IF;
                    ELSIF free < m THEN
                        free := greatest(free, 0);
                        a_debt[d] := a_debt[d] + m - free;
                        m := free;
                    END IF;
                ELSIF d IS NOT NULL THEN
                    free := a_balance[d] - greatest(a_held[d], stale);
                    IF free < m THEN
                        rc := 1;
                    END IF;
                END IF;
                IF rc = 0 AND c IS NOT NULL AND a_balance[c] + m > most THEN
                    rc := 5;
                END IF;
            ELSE
                rc := 5;
            END IF;
            IF rc = 1 THEN
                IF available IS NULL THEN
                    available := no_bigints;
                END IF;
                available[i] := greatest(free, 0);
            END IF;
        END IF;

        IF rc = 0 THEN
            -- 6b. Do it. A hold may first expire what is stale, lest it protect it; a credit
            --     to an account in debt is followed by a settlement.
            step := k;
            IF k = 2 THEN
                IF stale > a_held[d] THEN
                    step := 5;
                    m := stale - a_held[d];
                END IF;
            ELSIF k = 3 THEN
                a_held[d] := a_held[d] - h_amount[place];
                h_state[place] := 1;
            ELSIF k = 4 THEN
                a_held[d] := a_held[d] - m;
                h_state[place] := 2;
                amounts[i] := m;
            ELSIF k = 6 THEN
                r_done[place] := true;
                amounts[i] := m;
                pairs := r_lots[i]::bigint[];
            END IF;
            LOOP
                EXIT WHEN m = 0;  -- a reversal that could take nothing: all is debt
                lot_month := NULL;
                lot_list := NULL;
                IF step = 2 THEN
                    a_held[d] := a_held[d] + m;
                    IF has_holds AND h_place[i] IS NOT NULL THEN
                        place := h_place[i];
                        h_state[place] := 0;
                        h_amount[place] := m;
                        h_account[place] := p_debit[i];
                        h_expires[place] := coalesce(p_expires[i], p_at + interval '15 minutes');
                    END IF;
                ELSIF step <> 4 THEN
                    -- Take the lots: those of the original first when one is reversed, then
                    -- the soonest month first; what is stale only where it was protected.
                    IF d IS NOT NULL THEN
                        base := (d - 1) * 38 + 1;
                        rest := m;
                        IF step = 6 THEN
                            FOR q IN 1 .. cardinality(pairs) BY 2 LOOP
                                month := pairs[q];
                                CONTINUE WHEN month < this_month;
                                slot := CASE month WHEN never THEN 37 ELSE month % 37 END;
                                got := least(a_lots[base + slot], pairs[q + 1], rest);
                                IF got > 0 THEN
                                    a_lots[base + slot] := a_lots[base + slot] - got;
                                    rest := rest - got;
                                    IF lot_month IS NULL THEN
                                        lot_month := month;
                                        lot_amount := got;
                                    ELSE
                                        lot_list := concat_ws(',',
                                            coalesce(lot_list, lot_month || ',' || lot_amount),
                                            month, got);
                                    END IF;
                                END IF;
                            END LOOP;
                        END IF;
                        IF a_lots[base + 37] = a_balance[d] - m + rest THEN
                            month := never;  -- nothing here ever expires
                        ELSIF step IN (3, 5) THEN
                            month := swept + 1;
                        ELSE
                            month := this_month;
                        END IF;
                        WHILE rest > 0 LOOP
                            IF month > swept + 37 THEN
                                month := never;
                                slot := 37;
                            ELSE
                                slot := month % 37;
                            END IF;
                            got := a_lots[base + slot];
                            IF got > 0 THEN
                                IF got > rest THEN
                                    got := rest;
                                END IF;
                                a_lots[base + slot] := a_lots[base + slot] - got;
                                rest := rest - got;
                                IF c IS NOT NULL AND step <> 6 THEN
                                    -- Points arrive with the months they had; what a hold
                                    -- carried over its month's end lives out this month.
                                    IF month < this_month THEN
                                        slot := this_month % 37;
                                    END IF;
                                    slot := (c - 1) * 38 + 1 + slot;
                                    a_lots[slot] := a_lots[slot] + got;
                                END IF;
                                IF lot_month IS NULL THEN
                                    lot_month := month;
                                    lot_amount := got;
                                ELSE
                                    lot_list := concat_ws(',',
                                        coalesce(lot_list, lot_month || ',' || lot_amount),
                                        month, got);
                                END IF;
                            END IF;
                            EXIT WHEN month = never;
                            month := month + 1;
                        END LOOP;
                        IF rest > 0 THEN
                            RAISE EXCEPTION USING errcode = 'LG901', message = format(
                                'the lots of account %s do not cover its balance', a_id[d]);
                        END IF;
                        a_balance[d] := a_balance[d] - m;
                    END IF;
                    -- Give: a reversal gives back the very lots that left, and its row says
                    -- which; from a system account all is of one month.
                    IF c IS NOT NULL THEN
                        a_balance[c] := a_balance[c] + m;
                        IF step = 6 THEN
                            lot_month := NULL;
                            lot_list := NULL;
                            FOR q IN 1 .. cardinality(pairs) BY 2 LOOP
                                month := greatest(pairs[q], this_month);
                                slot := CASE month WHEN never THEN 37 ELSE month % 37 END
                                        + (c - 1) * 38 + 1;
                                a_lots[slot] := a_lots[slot] + pairs[q + 1];
                                IF lot_month IS NULL THEN
                                    lot_month := month;
                                    lot_amount := pairs[q + 1];
                                ELSIF lot_month = month THEN  -- both have passed
                                    lot_amount := lot_amount + pairs[q + 1];
                                ELSE
                                    lot_list := concat_ws(',',
                                        coalesce(lot_list, lot_month || ',' || lot_amount),
                                        month, pairs[q + 1]);
                                END IF;
                            END LOOP;
                        ELSIF d IS NULL THEN
                            lot_month := month;
                            slot := CASE month WHEN never THEN 37 ELSE month % 37 END
                                    + (c - 1) * 38 + 1;
                            a_lots[slot] := a_lots[slot] + m;
                        END IF;
                    END IF;
                END IF;

                IF d IS NOT NULL THEN
                    x := a_seq[d] + 1;
                    a_seq[d] := x;
                END IF;
                IF step = 5 OR step = 7 THEN
                    x_id := x_id || ledger.derived_id(p_id[i], concat_ws(
                        E'\x1f', CASE step WHEN 5 THEN 'expire' ELSE 'settle' END, p_book, p_id[i]));
                    x_kind := x_kind || step;
                    x_debit := x_debit || a_id[d];
                    x_credit := x_credit || CASE step WHEN 5 THEN -3 ELSE -1 END::bigint;
                    x_amount := x_amount || m;
                    x_seq := x_seq || x;
                    x_balance := x_balance || a_balance[d];
                    x_month := x_month || CASE WHEN lot_list IS NULL THEN lot_month END::smallint;
                    x_lots := x_lots || ('{' || lot_list || '}');
                    x_ref := x_ref || p_id[i];
                ELSE
                    IF d IS NOT NULL THEN
                        ds[i] := x;
                        db[i] := a_balance[d];
                    END IF;
                    IF c IS NOT NULL THEN
                        x := a_seq[c] + 1;
                        a_seq[c] := x;
                        cs[i] := x;
                        cb[i] := a_balance[c];
                    END IF;
                    IF lot_list IS NULL THEN
                        months[i] := lot_month;
                    ELSE
                        IF several IS NULL THEN
                            several := array_fill(NULL::text, ARRAY[n]);
                        END IF;
                        several[i] := '{' || lot_list || '}';
                    END IF;
                END IF;

                IF step = 5 THEN
                    step := 2;
                    m := p_amount[i];
                ELSE
                    EXIT WHEN c IS NULL OR a_debt[c] = 0;
                    stale := 0;
                    IF late THEN
                        base := (c - 1) * 38 + 1;
                        FOR j IN swept + 1 .. least(this_month - 1, swept + 37) LOOP
                            stale := stale + a_lots[base + j % 37];
                        END LOOP;
                    END IF;
                    m := least(a_debt[c], a_balance[c] - greatest(a_held[c], stale));
                    EXIT WHEN m <= 0;
                    a_debt[c] := a_debt[c] - m;
                    d := c;
                    c := NULL;
                    step := 7;
                END IF;
            END LOOP;
        END IF;

        -- 6c. Write the answer down. The first failure of a group undoes the group.
        res[i] := rc;
        IF has_duplicates AND rc NOT IN (4, 5, 11) THEN
            f := i_answer[i_first[i]];
            IF f IS NULL OR NOT kept[f] THEN
                i_answer[i_first[i]] := i;
            END IF;
        END IF;
        IF rc <> 0 AND rc <> 2 THEN
            amounts[i] := 0;
            has_refusals := true;
            IF rc = 4 THEN  -- the numbers of another posting are nobody's business
                ds[i] := NULL; db[i] := NULL; cs[i] := NULL; cb[i] := NULL;
            END IF;
            IF grp IS NOT NULL AND grp_from IS NOT NULL AND grp_failed = 0 THEN
                grp_failed := rc;
                a_balance := s_balance; a_held := s_held; a_debt := s_debt;
                a_seq := s_seq; a_lots := s_lots; h_state := s_h_state; r_done := s_r_done;
                x_id := x_id[:x_saved]; x_kind := x_kind[:x_saved]; x_debit := x_debit[:x_saved];
                x_credit := x_credit[:x_saved]; x_amount := x_amount[:x_saved];
                x_seq := x_seq[:x_saved]; x_balance := x_balance[:x_saved];
                x_month := x_month[:x_saved]; x_lots := x_lots[:x_saved];
                x_ref := x_ref[:x_saved];
                IF kept IS NULL THEN
                    kept := array_fill(true, ARRAY[n]);
                END IF;
                FOR j IN grp_from .. i - 1 LOOP
                    res[j] := 7;
                    amounts[j] := 0;
                    ds[j] := NULL; db[j] := NULL; cs[j] := NULL; cb[j] := NULL;
                    months[j] := NULL;
                    kept[j] := rc NOT IN (5, 11);
                END LOOP;
            END IF;
            IF grp IS NOT NULL AND grp_failed IN (5, 11) THEN
                kept[i] := false;  -- what may succeed unchanged later must not be kept
            END IF;
        END IF;
    END LOOP;

    outcome := res;
    moved := amounts;
    debit_balance := db;
    credit_balance := cb;
    debit_seq := ds;
    credit_seq := cs;
    IF p_dry THEN
        RETURN;
    END IF;

    -- 7. Write. Nothing here can refuse any more; a constraint that does has found a mistake.
    xid := pg_current_xact_id()::text::bigint;
    UPDATE ledger.account AS a
       SET balance = v.balance, held = v.held, debt = v.debt, seq = v.seq,
           lots = f.lots[(v.i - 1) * 38 + 1 : v.i * 38]
      FROM unnest(a_id, a_balance, a_held, a_debt, a_seq)
           WITH ORDINALITY AS v (id, balance, held, debt, seq, i),
           (SELECT a_lots[:] AS lots OFFSET 0) AS f
     WHERE a.book = p_book AND a.id = v.id AND (a.seq <> v.seq OR a.debt <> v.debt);
    INSERT INTO ledger.journal (book, id, kind, debit, credit, amount, debit_seq, debit_balance,
                                credit_seq, credit_balance, month, lots, ref, grp, actor, meta,
                                at, xid)
    SELECT p_book, v.id, v.kind, v.debit, v.credit, v.amount, v.ds, v.db, v.cs, v.cb, v.month,
           v.lots::bigint[], v.ref, v.grp, v.actor, v.meta::jsonb, p_at, xid
      FROM unnest(p_id, p_kind, p_debit, p_credit, amounts, ds, db, cs, cb, months, several,
                  p_ref, p_grp, p_actor, p_meta, res)
           AS v (id, kind, debit, credit, amount, ds, db, cs, cb, month, lots, ref, grp, actor,
                 meta, rc)
     WHERE v.rc = 0 AND v.amount > 0;
    IF cardinality(x_id) > 0 THEN
        INSERT INTO ledger.journal (book, id, kind, debit, credit, amount, debit_seq,
                                    debit_balance, month, lots, ref, at, xid)
        SELECT p_book, v.id, v.kind, v.debit, v.credit, v.amount, v.seq, v.balance, v.month,
               v.lots::bigint[], v.ref, p_at, xid
          FROM unnest(x_id, x_kind, x_debit, x_credit, x_amount, x_seq, x_balance, x_month,
                      x_lots, x_ref)
               AS v (id, kind, debit, credit, amount, seq, balance, month, lots, ref);
    END IF;
    IF 2 = ANY (p_kind) THEN
        INSERT INTO ledger.hold (book, id, account, amount, expires_at)
        SELECT p_book, v.id, v.debit, v.amount,
               coalesce(v.expires, p_at + interval '15 minutes')
          FROM unnest(p_id, p_kind, p_debit, amounts, p_expires, res)
               AS v (id, kind, debit, amount, expires, rc)
         WHERE v.kind = 2 AND v.rc = 0;
    END IF;
    IF has_holds THEN
        UPDATE ledger.hold AS h
           SET state = CASE v.kind WHEN 3 THEN 1 ELSE 2 END,
               captured = CASE v.kind WHEN 3 THEN v.amount ELSE 0 END
          FROM unnest(p_ref, p_kind, amounts, res) AS v (ref, kind, amount, rc)
         WHERE v.rc = 0 AND v.kind IN (3, 4) AND h.book = p_book AND h.id = v.ref;
    END IF;
    IF has_returns THEN
        INSERT INTO ledger.reversal (book, original, id, wanted)
        SELECT p_book, v.ref, v.id, v.wanted
          FROM unnest(p_id, p_kind, p_ref, p_amount, res) AS v (id, kind, ref, wanted, rc)
         WHERE v.kind = 6 AND v.rc = 0;
    END IF;
    IF has_refusals OR has_returns THEN
        INSERT INTO ledger.refusal (book, id, outcome, kind, debit, credit, amount, ref, at)
        SELECT p_book, v.id, CASE v.rc WHEN 0 THEN 2 ELSE v.rc END, v.kind, v.debit, v.credit,
               v.amount, v.ref, p_at
          FROM unnest(p_id, p_kind, p_debit, p_credit, p_amount, p_ref, res, amounts, kept)
               AS v (id, kind, debit, credit, amount, ref, rc, moved, kept)
         WHERE (v.rc IN (1, 3, 6, 7, 8, 9, 10) AND v.kept IS NOT FALSE)
            OR (v.rc = 0 AND v.moved = 0)
            ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- One item by the same rules, for the caller who has only one: no arrays, fewer statements.
-- Whatever is rare (reversals, an account in debt, a sweep that is behind) goes to post.
CREATE FUNCTION ledger.post_one(
    p_book int, p_at timestamptz, p_id uuid, p_kind smallint, p_debit bigint, p_credit bigint,
    p_amount bigint, p_month smallint DEFAULT NULL, p_ref uuid DEFAULT NULL,
    p_grp uuid DEFAULT NULL, p_expires timestamptz DEFAULT NULL, p_actor uuid DEFAULT NULL,
    p_meta text DEFAULT NULL,
    OUT outcome smallint, OUT moved bigint, OUT debit_balance bigint, OUT credit_balance bigint,
    OUT debit_seq bigint, OUT credit_seq bigint, OUT available bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- One item is always looked up in the same way; planning it anew takes longer than doing it.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    never CONSTANT int := 32767;
    most CONSTANT bigint := 9007199254740991;
    book record;
    d_balance bigint; d_held bigint; d_seq bigint; d_lots bigint[];
    c_balance bigint; c_debt bigint; c_seq bigint; c_lots bigint[];
    h_state smallint; h_amount bigint; h_account bigint; h_expires timestamptz;
    has_debit boolean := false; has_credit boolean := false;
    this_month int; month int; slot int; got bigint; rest bigint;
    lot_month int; lot_amount bigint; lot_list text;
    m bigint := p_amount;
    stale bigint := 0;
    rc smallint := 0;
BEGIN
    IF p_kind NOT IN (1, 2, 3, 4) THEN
        SELECT r.outcome[1], r.moved[1], r.debit_balance[1], r.credit_balance[1],
               r.debit_seq[1], r.credit_seq[1], r.available[1]
          INTO outcome, moved, debit_balance, credit_balance, debit_seq, credit_seq, available
          FROM ledger.post(p_book, p_at, ARRAY[p_id], ARRAY[p_kind], ARRAY[p_debit],
                           ARRAY[p_credit], ARRAY[p_amount], ARRAY[p_month], ARRAY[p_ref],
                           ARRAY[p_grp], ARRAY[p_expires], ARRAY[p_actor], ARRAY[p_meta]) AS r;
        RETURN;
    END IF;

    -- The lower id first, as post does.
    IF p_credit > 0 AND p_credit < p_debit THEN
        SELECT a.balance, a.debt, a.seq, a.lots INTO c_balance, c_debt, c_seq, c_lots
          FROM ledger.account AS a WHERE a.book = p_book AND a.id = p_credit FOR NO KEY UPDATE;
        has_credit := FOUND;
    END IF;
    IF p_debit > 0 THEN
        SELECT a.balance, a.held, a.seq, a.lots INTO d_balance, d_held, d_seq, d_lots
          FROM ledger.account AS a WHERE a.book = p_book AND a.id = p_debit FOR NO KEY UPDATE;
        has_debit := FOUND;
    END IF;
    IF p_credit > 0 AND p_credit > p_debit THEN
        SELECT a.balance, a.debt, a.seq, a.lots INTO c_balance, c_debt, c_seq, c_lots
          FROM ledger.account AS a WHERE a.book = p_book AND a.id = p_credit FOR NO KEY UPDATE;
        has_credit := FOUND;
    END IF;
    SELECT b.expiry_months, b.closed_through, b.expired_through,
           uuid7_floor(p_at - b.id_past) AS id_from, uuid7_floor(p_at + b.id_future) AS id_to,
           EXISTS (SELECT FROM ledger.journal AS t WHERE t.book = p_book AND t.id = p_id)
           OR EXISTS (SELECT FROM ledger.refusal AS t WHERE t.book = p_book AND t.id = p_id)
           OR EXISTS (SELECT FROM ledger.pending AS t WHERE t.book = p_book AND t.id = p_id)
           AS known
      INTO book FROM ledger.book AS b WHERE b.id = p_book;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING errcode = 'LG903', message = format('there is no book %s', p_book);
    END IF;
    this_month := greatest(ledger.month_of(p_at), book.closed_through + 1);

    IF has_debit THEN
        FOR j IN book.expired_through + 1
                 .. least(this_month - 1, book.expired_through + 37) LOOP
            stale := stale + d_lots[j % 37 + 1];
        END LOOP;
    END IF;

    -- What is rare goes the long way: an id that had its answer, stale points, a debt.
    IF book.known OR stale > 0 OR has_credit AND c_debt > 0 THEN
        SELECT r.outcome[1], r.moved[1], r.debit_balance[1], r.credit_balance[1],
               r.debit_seq[1], r.credit_seq[1], r.available[1]
          INTO outcome, moved, debit_balance, credit_balance, debit_seq, credit_seq, available
          FROM ledger.post(p_book, p_at, ARRAY[p_id], ARRAY[p_kind], ARRAY[p_debit],
                           ARRAY[p_credit], ARRAY[p_amount], ARRAY[p_month], ARRAY[p_ref],
                           ARRAY[p_grp], ARRAY[p_expires], ARRAY[p_actor], ARRAY[p_meta]) AS r;
        RETURN;
    END IF;
    moved := 0;

    IF p_kind IN (3, 4) THEN
        SELECT h.state, h.amount, h.account, h.expires_at
          INTO h_state, h_amount, h_account, h_expires
          FROM ledger.hold AS h WHERE h.book = p_book AND h.id = p_ref;
    END IF;
    IF p_id < book.id_from OR p_id >= book.id_to THEN
        rc := 8;
    ELSIF p_kind IN (1, 3) THEN
        IF (m BETWEEN 1 AND most) IS NOT TRUE OR p_debit = p_credit
           OR greatest(p_debit, p_credit) <= 0 OR least(p_debit, p_credit) < -5
           OR 0 IN (p_debit, p_credit) THEN
            rc := 5;
        ELSIF NOT has_debit AND p_debit > 0 OR NOT has_credit AND p_credit > 0 THEN
            rc := 3;
        ELSIF p_kind = 3 THEN
            IF h_state IS DISTINCT FROM 0 OR h_account <> p_debit OR m > h_amount
               OR h_expires <= p_at THEN
                rc := 6;
            ELSIF p_month IS NOT NULL THEN
                rc := 5;
            END IF;
        ELSIF NOT has_debit THEN
            month := coalesce(p_month, this_month + book.expiry_months, never);
            IF month <> never AND month NOT BETWEEN this_month AND this_month + 34 THEN
                rc := 5;
            ELSIF month <> never AND month - book.expired_through > 37 THEN
                rc := 11;
            END IF;
        ELSIF p_month IS NOT NULL THEN
            rc := 5;
        ELSIF d_balance - d_held < m THEN
            rc := 1;
        END IF;
        IF rc = 0 AND has_credit AND c_balance + m > most THEN
            rc := 5;
        END IF;
    ELSIF p_kind = 2 THEN
        IF (m BETWEEN 1 AND most) IS NOT TRUE OR p_credit <> 0 OR p_debit <= 0
           OR p_month IS NOT NULL OR p_expires <= p_at
           OR p_expires > p_at + interval '31 days' THEN
            rc := 5;
        ELSIF NOT has_debit THEN
            rc := 3;
        ELSIF d_balance - d_held < m THEN
            rc := 1;
        END IF;
    ELSIF p_credit <> 0 OR p_debit <= 0 OR p_month IS NOT NULL THEN
        rc := 5;
    ELSIF NOT has_debit THEN
        rc := 3;
    ELSIF h_state IS DISTINCT FROM 0 OR h_account <> p_debit
          OR m NOT IN (0, h_amount) THEN
        rc := 6;
    ELSE
        m := h_amount;
    END IF;

    outcome := rc;
    IF rc <> 0 THEN
        IF rc = 1 THEN
            available := d_balance - d_held;
        END IF;
        IF rc NOT IN (5, 11) THEN
            INSERT INTO ledger.refusal (book, id, outcome, kind, debit, credit, amount, ref, at)
            VALUES (p_book, p_id, rc, p_kind, p_debit, p_credit, p_amount, p_ref, p_at)
                ON CONFLICT DO NOTHING;
        END IF;
        RETURN;
    END IF;

    IF p_kind IN (1, 3) THEN
        IF has_debit THEN
            rest := m;
            month := CASE WHEN d_lots[38] = d_balance THEN never ELSE this_month END;
            WHILE rest > 0 LOOP
                IF month > book.expired_through + 37 THEN
                    month := never;
                    slot := 38;
                ELSE
                    slot := month % 37 + 1;
                END IF;
                got := d_lots[slot];
                IF got > 0 THEN
                    IF got > rest THEN
                        got := rest;
                    END IF;
                    d_lots[slot] := d_lots[slot] - got;
                    rest := rest - got;
                    IF has_credit THEN
                        c_lots[slot] := c_lots[slot] + got;
                    END IF;
                    IF lot_month IS NULL THEN
                        lot_month := month;
                        lot_amount := got;
                    ELSE
                        lot_list := concat_ws(',',
                            coalesce(lot_list, lot_month || ',' || lot_amount), month, got);
                    END IF;
                END IF;
                EXIT WHEN month = never;
                month := month + 1;
            END LOOP;
            IF rest > 0 THEN
                RAISE EXCEPTION USING errcode = 'LG901', message = format(
                    'the lots of account %s do not cover its balance', p_debit);
            END IF;
            debit_balance := d_balance - m;
        ELSE
            lot_month := month;
            slot := CASE month WHEN never THEN 38 ELSE month % 37 + 1 END;
            c_lots[slot] := c_lots[slot] + m;
        END IF;
        IF has_debit THEN
            debit_seq := d_seq + 1;
        END IF;
        IF has_credit THEN
            credit_balance := c_balance + m;
            credit_seq := c_seq + 1;
        END IF;
        UPDATE ledger.account AS a
           SET balance = CASE a.id WHEN p_debit THEN debit_balance ELSE credit_balance END,
               held = a.held - CASE WHEN p_kind = 3 AND a.id = p_debit THEN h_amount ELSE 0 END,
               seq = CASE a.id WHEN p_debit THEN debit_seq ELSE credit_seq END,
               lots = CASE a.id WHEN p_debit THEN d_lots ELSE c_lots END
         WHERE a.book = p_book AND a.id IN (p_debit, p_credit);
    ELSE
        debit_balance := d_balance;
        debit_seq := d_seq + 1;
        UPDATE ledger.account AS a
           SET seq = debit_seq,
               held = CASE p_kind WHEN 2 THEN d_held + m ELSE d_held - m END
         WHERE a.book = p_book AND a.id = p_debit;
    END IF;
    moved := m;
    INSERT INTO ledger.journal (book, id, kind, debit, credit, amount, debit_seq, debit_balance,
                                credit_seq, credit_balance, month, lots, ref, grp, actor, meta,
                                at, xid)
    VALUES (p_book, p_id, p_kind, p_debit, p_credit, m, debit_seq, debit_balance, credit_seq,
            credit_balance, CASE WHEN lot_list IS NULL THEN lot_month END,
            ('{' || lot_list || '}')::bigint[], p_ref, p_grp, p_actor, p_meta::jsonb, p_at,
            pg_current_xact_id()::text::bigint);
    IF p_kind = 2 THEN
        INSERT INTO ledger.hold (book, id, account, amount, expires_at)
        VALUES (p_book, p_id, p_debit, m, coalesce(p_expires, p_at + interval '15 minutes'));
    ELSIF p_kind IN (3, 4) THEN
        UPDATE ledger.hold AS h
           SET state = CASE p_kind WHEN 3 THEN 1 ELSE 2 END,
               captured = CASE p_kind WHEN 3 THEN m ELSE 0 END
         WHERE h.book = p_book AND h.id = p_ref;
    END IF;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.month_of, ledger.derived_id, ledger.open_book,
    ledger.open_accounts, ledger.post, ledger.post_one TO laurel_app;
