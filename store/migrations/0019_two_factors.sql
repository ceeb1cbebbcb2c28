-- +goose Up
-- Whether a second factor, or what counts as both, was part of the sign-in that opened a session. FALSE in rows of before, and of
-- versions that do not know the column: whoever needs to know it signs in once more.
ALTER TABLE sessions ADD COLUMN two_factors BOOLEAN NOT NULL DEFAULT FALSE;
