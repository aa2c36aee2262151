-- Numbers of what moves in challenges, for who follows them: another one at each change, taken
-- while the member is locked, so of one member they are committed in their order. Who follows
-- reads all of a member's rows by their key, so no index has the number, and rows are rewritten
-- in their page. What was there before has 0, and is told to nobody.
CREATE SEQUENCE challenge_move;
GRANT USAGE ON SEQUENCE challenge_move TO laurel_app, laurel_walled;

ALTER TABLE participation ADD COLUMN moved bigint NOT NULL DEFAULT 0 CHECK (moved >= 0);
ALTER TABLE participation ALTER COLUMN moved SET DEFAULT nextval('challenge_move');
ALTER TABLE participation SET (fillfactor = 85);

-- It has been so far that its member was told so, which happens once.
ALTER TABLE challenge_round
    ADD COLUMN moved bigint NOT NULL DEFAULT 0 CHECK (moved >= 0),
    ADD COLUMN neared boolean NOT NULL DEFAULT false;
ALTER TABLE challenge_round ALTER COLUMN moved SET DEFAULT nextval('challenge_move');
UPDATE challenge_round SET neared = true WHERE percent >= 80;

-- A place changes rarely and in several statements; none of them can forget to say so.
CREATE FUNCTION challenge_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.moved := nextval('challenge_move');
    RETURN new;
END $$;
CREATE TRIGGER participation_moves BEFORE UPDATE OF entry, team, member ON participation
    FOR EACH ROW EXECUTE FUNCTION challenge_moves();
