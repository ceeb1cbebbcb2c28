-- +goose Up
-- What sign-ins at providers were made of, for those who ask why one failed. The store keeps the newest of each pool.
CREATE TABLE traces (
    pool      TEXT    NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    reference TEXT    NOT NULL, -- as error pages and the log show it
    failed    BOOLEAN NOT NULL, -- counted apart, so that successes do not push out failures
    began     BIGINT  NOT NULL,
    expires   BIGINT  NOT NULL,
    document  BYTEA   NOT NULL, -- sealed under a purpose of its own
    PRIMARY KEY (reference, pool)
);
CREATE INDEX traces_by_age ON traces (pool, failed, began, reference);
CREATE INDEX traces_by_expiry ON traces (expires);
