-- +goose Up
-- An app client's secrets beside the one in its own row, which a program that knows nothing of them goes on to use: a client
-- that has a secret always has one there. When that one is deleted, another takes its place.
CREATE TABLE client_secrets (
    client  TEXT   NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    id      TEXT   NOT NULL, -- ClientSecretId
    pool    TEXT   NOT NULL, -- of the client
    secret  BYTEA  NOT NULL, -- sealed
    created BIGINT NOT NULL,
    PRIMARY KEY (client, id)
);

-- What the secret in the client's own row is called, once it is not the client's first any more.
ALTER TABLE clients ADD COLUMN secret_id TEXT NOT NULL DEFAULT ''; -- empty: the secret the client was made with
ALTER TABLE clients ADD COLUMN secret_created BIGINT NOT NULL DEFAULT 0;
