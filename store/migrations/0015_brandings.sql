-- +goose Up
-- How the pages of a client look: classic settings (SetUICustomization) and managed login's styles.
CREATE TABLE brandings (
    pool     TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL, -- classic or managed
    client   TEXT NOT NULL, -- a client's ID, or ALL
    document TEXT NOT NULL, -- UICustomization or ManagedLoginBranding, pictures included
    PRIMARY KEY (pool, kind, client)
);
