-- +goose Up
-- Terms of use and privacy policies of app clients: links, at most one of each name.
CREATE TABLE terms (
    client   TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    name     TEXT NOT NULL, -- TermsName
    id       TEXT NOT NULL UNIQUE, -- TermsId, a UUID
    document TEXT NOT NULL, -- TermsType
    PRIMARY KEY (client, name)
);
