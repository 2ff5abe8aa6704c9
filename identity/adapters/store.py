"""Implements `identity.ports.Store` on SQLite and PostgreSQL."""

from __future__ import annotations

from identity.adapters.sql_audit import SqlAudit
from identity.adapters.sql_factors import SqlFactors
from identity.adapters.sql_passkeys import SqlPasskeys
from identity.adapters.sql_sessions import SqlSessions
from identity.adapters.sql_staff import SqlStaff


class SqlStore(SqlStaff, SqlSessions, SqlFactors, SqlPasskeys, SqlAudit):
    """Implements all methods of the store. It has no state."""
