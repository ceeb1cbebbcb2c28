-- +goose Up
-- What the access tokens of a family are bound to (RFC 8707); empty for none.
ALTER TABLE families ADD COLUMN resource TEXT NOT NULL DEFAULT '';
