-- Run at every start, through the socket, before the server listens on TCP: whatever passwords the mounted Secret holds are
-- the ones that open this volume, so that a Secret that was lost and made again never locks a district out of its data.
\set ON_ERROR_STOP on
-- A failing statement is normally logged with its text, and these carry passwords.
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SET password_encryption = 'scram-sha-256';

\set superuser_password `cat /etc/heroes/credentials/superuser-password`
\set owner_password `cat /etc/heroes/credentials/owner-password`
\set api_password `cat /etc/heroes/credentials/api-password`
\set backup_password `cat /etc/heroes/credentials/backup-password`

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY['heroes_owner', 'heroes_api', 'heroes_backup']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

ALTER ROLE postgres PASSWORD :'superuser_password';
ALTER ROLE heroes_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE heroes_api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'api_password';
-- A dump must hold every row, and pg_dump refuses to leave out what row-level security hides.
ALTER ROLE heroes_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'backup_password';

-- PgBouncer refuses these as startup parameters, and a SET would leak through a transaction pool: the role carries them.
-- The numbers: docs/reference/timeouts.md.
ALTER ROLE heroes_api SET statement_timeout = '5s';
ALTER ROLE heroes_api SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE heroes_api SET lock_timeout = '2s';
-- To plan what row-level security has written its conditions into takes longer than to do it, and those conditions are no parameters:
-- knowing these makes no better plan, and two statements of a bell would be planned anew each time (docs/decisions/0025-statements.md).
ALTER ROLE heroes_api SET plan_cache_mode = 'force_generic_plan';
-- Jobs wait for nobody's lock for long, since all who come after would wait for them.
ALTER ROLE heroes_owner SET lock_timeout = '10s';
ALTER ROLE heroes_owner SET idle_in_transaction_session_timeout = '60s';
GRANT pg_read_all_data TO heroes_backup;

SELECT 'CREATE DATABASE heroes OWNER heroes_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'heroes') \gexec
ALTER DATABASE heroes OWNER TO heroes_owner;
REVOKE ALL ON DATABASE heroes FROM PUBLIC;
GRANT CONNECT ON DATABASE heroes TO heroes_api, heroes_backup;

\connect heroes
SET log_min_error_statement = 'panic';
ALTER SCHEMA public OWNER TO heroes_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO heroes_api, heroes_backup;
-- Not on those that are there: migrations take away what the API must not do to some (0009-audit), and this is run at each start.
ALTER DEFAULT PRIVILEGES FOR ROLE heroes_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO heroes_api;
ALTER DEFAULT PRIVILEGES FOR ROLE heroes_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO heroes_api;
