-- +goose Up
-- An identity may be attached before the person ever came, by the value of an attribute that the provider will send. It is
-- bound to the provider's own name for the person at the first sign-in.
ALTER TABLE identities ADD COLUMN attribute TEXT NOT NULL DEFAULT ''; -- empty: user_id is that name

-- What was done to a user by somebody else than the user's own sign-in, for those who ask later.
CREATE TABLE audit (
    pool   TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    id     TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    sub    TEXT   NOT NULL, -- no reference: the record outlives the user
    actor  TEXT   NOT NULL,
    action TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    PRIMARY KEY (pool, id)
);
CREATE INDEX audit_of_user ON audit (pool, sub, at);
