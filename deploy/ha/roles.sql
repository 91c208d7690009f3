-- Once, on the first primary. The limits are for sessions behind PgBouncer, which are given none otherwise.
SELECT 'CREATE ROLE second_look LOGIN PASSWORD ''$password''' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'second_look') \gexec
ALTER ROLE second_look SET statement_timeout = '30s';
ALTER ROLE second_look SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE second_look SET transaction_timeout = '60s';
SELECT 'CREATE DATABASE second_look OWNER second_look' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'second_look') \gexec
