-- +goose Up
-- A signing key is published ahead of use. 0, as in rows of an older program: it signs from its creation on.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
