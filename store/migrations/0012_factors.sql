-- +goose Up
-- What the API's GetUserPoolMfaConfig shows and DescribeUserPool does not: a JSON document; NULL in pools that say nothing of it.
ALTER TABLE pools ADD COLUMN factors TEXT;
-- Which second factors a user turned on, and which is preferred: a JSON object; NULL where none ever was.
ALTER TABLE users ADD COLUMN mfa TEXT;
