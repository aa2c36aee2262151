-- What programmes say in their own words.

-- Another version after each change of a programme's words: whoever compiled them looks again.
-- Random, so that no two databases ever mean different things by the same one.
CREATE TABLE wording_catalogue (
    programme int PRIMARY KEY REFERENCES programme (id),
    version uuid NOT NULL
);

-- Every version there was of a text in a language. The newest one holds; one without words gives
-- the text back to the app. What a key is the code knows.
CREATE TABLE wording_text (
    programme int NOT NULL REFERENCES programme (id),
    key text NOT NULL CHECK (key ~ '^[a-z_]+\.[a-z_]+$' AND char_length(key) <= 60),
    locale text NOT NULL CHECK (char_length(locale) BETWEEN 2 AND 35),
    number int NOT NULL CHECK (number > 0),
    id uuid NOT NULL,
    title text CHECK (char_length(title) <= 200),
    body text CHECK (char_length(body) <= 1000),
    saved_by uuid,  -- NULL: whoever runs this installation
    saved_at timestamptz NOT NULL,
    CHECK ((title IS NULL) = (body IS NULL)),
    PRIMARY KEY (programme, key, locale, number),
    CONSTRAINT wording_text_id UNIQUE (programme, id),
    FOREIGN KEY (programme, saved_by) REFERENCES operator (programme, id)
);

REVOKE DELETE ON wording_catalogue FROM laurel_app;
REVOKE UPDATE, DELETE ON wording_text FROM laurel_app;

SELECT wall('wording_catalogue', grants => 'SELECT, INSERT, UPDATE');
SELECT wall('wording_text', grants => 'SELECT, INSERT');
