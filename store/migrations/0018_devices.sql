-- +goose Up
-- Browsers and apps that people had remembered.
CREATE TABLE devices (
    pool    TEXT   NOT NULL,
    sub     TEXT   NOT NULL,
    key     TEXT   NOT NULL, -- <region>_<UUID>
    secret  BYTEA,           -- hash of what a browser holds; NULL for a device that proves itself by other means
    browser TEXT   NOT NULL, -- and system: short names from lists of ours; empty where they are not known
    system  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    used    BIGINT NOT NULL, -- the last sign-in that was recorded
    PRIMARY KEY (pool, sub, key),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX devices_by_use ON devices (used);

-- The device that took the place of a second factor when a session was opened; empty where none did, and in rows of before.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
