-- +goose Up
-- The secrets of people's authenticator apps (RFC 6238).
CREATE TABLE software_tokens (
    pool   TEXT   NOT NULL,
    sub    TEXT   NOT NULL,
    secret BYTEA  NOT NULL, -- sealed
    name   TEXT   NOT NULL, -- what the person calls the app or device; may be empty
    added  BIGINT NOT NULL,
    step   BIGINT NOT NULL, -- the time step of the latest code that was taken
    PRIMARY KEY (pool, sub),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
