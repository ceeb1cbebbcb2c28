-- +goose Up
-- Hashes of passwords that a person had before, where the pool forbids to choose them again (PasswordHistorySize); only as
-- many as the policy looks at.
CREATE TABLE earlier_passwords (
    pool    TEXT   NOT NULL,
    sub     TEXT   NOT NULL,
    hash    TEXT   NOT NULL, -- argon2id, PHC form
    changed BIGINT NOT NULL, -- when it had become the password
    PRIMARY KEY (pool, sub, changed, hash), -- in the order of time
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
