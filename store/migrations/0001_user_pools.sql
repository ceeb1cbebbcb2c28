-- +goose Up
-- The same text runs on SQLite and PostgreSQL: types are TEXT, BIGINT, BOOLEAN and BYTEA, constraints are the common ones.
-- Times are BIGINT, microseconds since 1970 in UTC; 0 stands for "never". "sealed" means encrypted with the server's
-- master key and bound to the table, the pool and the row.
--
-- Migrations only ever expand what an older program, still running beside this one, relies on. What nobody uses any
-- more is dropped one release later.

-- A table of one row.
CREATE TABLE server (
    one              BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    key_check        BYTEA  NOT NULL, -- opens with the right master key only
    settings_version BIGINT NOT NULL  -- grows with every write of settings, for servers that poll it
);

CREATE TABLE pools (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL -- UserPoolType
);

CREATE TABLE clients (
    id       TEXT   NOT NULL PRIMARY KEY, -- unique in the whole server, as it is in Cognito
    pool     TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    position BIGINT NOT NULL, -- place in the declaration
    document TEXT   NOT NULL, -- UserPoolClientType without the secret
    secret   BYTEA            -- sealed; none for a public client
);
CREATE INDEX clients_of_pool ON clients (pool);

CREATE TABLE providers (
    pool     TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    name     TEXT   NOT NULL,
    position BIGINT NOT NULL,
    document TEXT   NOT NULL, -- IdentityProviderType without ProviderDetails
    details  BYTEA  NOT NULL, -- ProviderDetails, sealed whole: which of them are secret depends on the type
    PRIMARY KEY (pool, name)
);

CREATE TABLE resource_servers (
    pool       TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    identifier TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    document   TEXT   NOT NULL, -- ResourceServerType
    PRIMARY KEY (pool, identifier)
);

CREATE TABLE signing_keys (
    pool        TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    id          TEXT   NOT NULL, -- kid
    token_use   TEXT   NOT NULL,
    alg         TEXT   NOT NULL,
    private_key BYTEA  NOT NULL, -- PKCS #8, sealed
    created     BIGINT NOT NULL,
    PRIMARY KEY (pool, id)
);

CREATE TABLE groups (
    pool        TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    role_arn    TEXT   NOT NULL,
    precedence  BIGINT,          -- NULL is the weakest
    created     BIGINT NOT NULL,
    modified    BIGINT NOT NULL,
    PRIMARY KEY (pool, name)
);

CREATE TABLE users (
    pool         TEXT    NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    sub          TEXT    NOT NULL,
    username     TEXT    NOT NULL,
    username_key TEXT    NOT NULL, -- the name as it is compared
    status       TEXT    NOT NULL,
    enabled      BOOLEAN NOT NULL,
    attributes   TEXT    NOT NULL, -- JSON object of texts
    created      BIGINT  NOT NULL,
    modified     BIGINT  NOT NULL,
    version      BIGINT  NOT NULL, -- grows with every write
    PRIMARY KEY (pool, sub),
    UNIQUE (pool, username_key)
);
CREATE INDEX users_in_order ON users (pool, created, sub); -- for lists, page by page

CREATE TABLE passwords (
    pool         TEXT    NOT NULL,
    sub          TEXT    NOT NULL,
    hash         TEXT    NOT NULL, -- argon2id, PHC form
    srp_salt     BYTEA,
    srp_verifier BYTEA,            -- sealed; none where no client of the pool uses SRP
    temporary    BOOLEAN NOT NULL,
    changed      BIGINT  NOT NULL,
    PRIMARY KEY (pool, sub),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);

CREATE TABLE aliases (
    pool      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    alias_key TEXT NOT NULL, -- the value as it is compared
    sub       TEXT NOT NULL,
    PRIMARY KEY (pool, kind, alias_key), -- nobody shares an e-mail address they sign in with
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX aliases_of_user ON aliases (pool, sub);

CREATE TABLE identities (
    pool       TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    user_key   TEXT    NOT NULL, -- user_id as it is compared
    user_id    TEXT    NOT NULL, -- the provider's name for the person
    sub        TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    issuer     TEXT    NOT NULL,
    is_primary BOOLEAN NOT NULL,
    attached   BIGINT  NOT NULL,
    position   BIGINT  NOT NULL, -- orders identities attached at one moment
    PRIMARY KEY (pool, provider, user_key), -- one account at a provider is one person
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX identities_of_user ON identities (pool, sub);

CREATE TABLE memberships (
    pool       TEXT NOT NULL,
    sub        TEXT NOT NULL,
    group_name TEXT NOT NULL,
    PRIMARY KEY (pool, sub, group_name),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE,
    FOREIGN KEY (pool, group_name) REFERENCES groups (pool, name) ON DELETE CASCADE
);
CREATE INDEX memberships_of_group ON memberships (pool, group_name, sub);

CREATE TABLE codes (
    pool     TEXT   NOT NULL,
    sub      TEXT   NOT NULL,
    purpose  TEXT   NOT NULL,
    mac      BYTEA  NOT NULL, -- keyed hash of the code
    medium   TEXT   NOT NULL,
    sent     BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    attempts BIGINT NOT NULL, -- how often it was tried
    PRIMARY KEY (pool, sub, purpose), -- a new code replaces the old
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX codes_by_expiry ON codes (expires);

CREATE TABLE sessions (
    pool      TEXT   NOT NULL,
    hash      BYTEA  NOT NULL, -- SHA-256 of the ID in the cookie
    sub       TEXT   NOT NULL,
    client    TEXT   NOT NULL,
    provider  TEXT   NOT NULL,
    auth_time BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    upstream  BYTEA,           -- sealed; what a sign-out at the provider needs
    PRIMARY KEY (pool, hash),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX sessions_of_user ON sessions (pool, sub);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE families (
    pool       TEXT   NOT NULL,
    id         TEXT   NOT NULL, -- origin_jti of its tokens
    client     TEXT   NOT NULL,
    sub        TEXT   NOT NULL,
    scopes     TEXT   NOT NULL, -- separated by spaces
    auth_time  BIGINT NOT NULL,
    generation BIGINT NOT NULL, -- counts rotations of the refresh token
    rotated    BIGINT NOT NULL,
    issued     BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    ended      BIGINT NOT NULL, -- 0 while alive
    PRIMARY KEY (pool, id),
    FOREIGN KEY (pool, sub) REFERENCES users (pool, sub) ON DELETE CASCADE
);
CREATE INDEX families_of_user ON families (pool, sub);
CREATE INDEX families_by_expiry ON families (expires);

-- Values that may be used once, after their use.
CREATE TABLE spent (
    pool    TEXT   NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    purpose TEXT   NOT NULL,
    hash    BYTEA  NOT NULL, -- SHA-256 of the value
    family  TEXT   NOT NULL, -- started with an authorization code, so that a replay can end it; empty otherwise
    until   BIGINT NOT NULL, -- the value is refused anyway from then on
    PRIMARY KEY (pool, purpose, hash)
);
CREATE INDEX spent_by_expiry ON spent (until);
