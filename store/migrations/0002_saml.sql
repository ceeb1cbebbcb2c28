-- +goose Up
-- Keys of our SAML service provider, and what finds the sessions that a SAML provider asks us to end.

CREATE TABLE saml_keys (
    pool        TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL, -- whose assertions the key opens; empty for the key that signs
    generation  BIGINT NOT NULL, -- 1, 2, …; two replicas that make the same one agree on the first
    certificate BYTEA  NOT NULL, -- DER
    private_key BYTEA  NOT NULL, -- PKCS #8, sealed
    created     BIGINT NOT NULL,
    PRIMARY KEY (pool, provider, generation)
);

-- Both are SHA-256, and NULL for sessions that no provider can end.
ALTER TABLE sessions ADD COLUMN upstream_name BYTEA; -- of the provider and the person's name there
ALTER TABLE sessions ADD COLUMN upstream_index BYTEA; -- of the provider's session
CREATE INDEX sessions_by_upstream_name ON sessions (upstream_name, pool); -- in this order nothing else is tempted to use it
