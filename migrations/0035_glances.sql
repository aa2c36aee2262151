-- Glances: what a member's watch was last told, and which version of it that was.

-- Of members whose watch has asked; nobody else has a row.
CREATE TABLE glance (
    programme int NOT NULL,
    member uuid NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    content text NOT NULL CHECK (octet_length(content) BETWEEN 2 AND 256),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (programme, member),
    FOREIGN KEY (programme, member) REFERENCES member (programme, id)
);

SELECT wall('glance', grants => 'SELECT, DELETE');
