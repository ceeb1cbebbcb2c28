-- +goose Up
-- Passkeys (W3C Web Authentication, credential records): public keys, so nothing here is secret.
CREATE TABLE passkeys (
    pool TEXT NOT NULL,
    id BYTEA NOT NULL, -- the authenticator's name for it, 1 to 1023 bytes; one key belongs to one user of a pool
    sub TEXT NOT NULL,
    handle BYTEA NOT NULL, -- the user's random name on authenticators; the same for all keys of a user
    rp_id TEXT NOT NULL, -- the domain it is bound to
    public_key BYTEA NOT NULL, -- COSE_Key
    sign_count BIGINT NOT NULL, -- as the authenticator last said; 0 where it does not count
    backup_eligible BOOLEAN NOT NULL,
    backed_up BOOLEAN NOT NULL,
    transports TEXT NOT NULL, -- between spaces
    attachment TEXT NOT NULL, -- platform, cross-platform, or empty
    aaguid BYTEA NOT NULL, -- the kind of authenticator; zeros where it does not say
    name TEXT NOT NULL, -- what its owner calls it
    created BIGINT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0, -- 0: never yet
    PRIMARY KEY (pool, id),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX passkeys_of_user ON passkeys (pool, sub, created);
