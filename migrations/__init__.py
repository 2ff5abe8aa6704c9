"""Creates the tables in an empty database, and updates the tables of earlier versions. Run by alembic, step by step.

See `storage.migrate`.
"""
