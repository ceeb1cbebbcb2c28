-- +goose Up
-- What a person sees of the places they are signed in at: which browser, on which system, and by which factor. Short names
-- from lists of ours; empty where it is not known, and in rows of before.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN system TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN factor TEXT NOT NULL DEFAULT '';

-- The new value of an attribute, where it counts only once the code is given: sealed; NULL where the code proves the value
-- that the user has.
ALTER TABLE codes ADD COLUMN pending BYTEA;
