"""The database's way from empty to what the code expects, step by step, by alembic. See `storage.migrate`."""
