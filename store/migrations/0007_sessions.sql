-- +goose Up
-- When a session was last used, for pools where use keeps it alive. It is recorded now and then, not with every use.
ALTER TABLE sessions ADD COLUMN used BIGINT NOT NULL DEFAULT 0; -- 0: not since the sign-in

-- Finds what is left to end when a client's tokens are revoked. Ended families leave the index.
CREATE INDEX families_of_client ON families (pool, client, id) WHERE ended = 0;
