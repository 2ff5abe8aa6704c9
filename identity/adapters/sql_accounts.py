"""Accounts that customers made here, in the database."""

from __future__ import annotations

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from identity.account_ports import AccountLink, OwnAccount
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.tables import AccountLinkRow, AccountRow, OwnAccountRow
from storage.ports import Tx
from storage.upsert import insert_into

_FORGOTTEN_AT_ONCE = 200
_LINKS = 0x6C696E6B
"""First key of the advisory locks of addresses on PostgreSQL. The second key is the address."""


class SqlAccountStore:
    """Implements `identity.account_ports.AccountStore` on SQLite and PostgreSQL."""

    def __init__(self, customers: SqlCustomerStore) -> None:
        self._customers = customers

    def own_account(self, tx: Tx, id: str) -> OwnAccount | None:
        return self._own(tx, tx.session.exec(select(OwnAccountRow).where(OwnAccountRow.account == id)).first())

    def own_account_by_email(self, tx: Tx, email: str) -> OwnAccount | None:
        return self._own(tx, tx.session.exec(select(OwnAccountRow).where(OwnAccountRow.email == email)).first())

    def known(self, tx: Tx, email: str) -> tuple[bool, str | None]:
        found = tx.session.exec(select(OwnAccountRow.locale).where(OwnAccountRow.email == email)).all()
        return bool(found), found[0] if found else None

    def add_own_account(self, tx: Tx, own: OwnAccount) -> bool:
        added = tx.session.execute(
            insert_into(tx, OwnAccountRow)
            .values(
                account=own.id,
                email=own.email,
                password_hash=own.password_hash or "",
                locale=own.locale,
                timezone=own.timezone,
                created_at=own.confirmed_at,
            )
            .on_conflict_do_nothing()
            .returning(col(OwnAccountRow.account))
        )
        return added.first() is not None

    def set_account_password(self, tx: Tx, account: str, password_hash: str) -> None:
        one = update(OwnAccountRow).where(col(OwnAccountRow.account) == account)
        tx.session.execute(one.values(password_hash=password_hash))

    def confirm_again(self, tx: Tx, account: str, now: int) -> None:
        tx.session.execute(update(OwnAccountRow).where(col(OwnAccountRow.account) == account).values(created_at=now))

    def change_account(self, tx: Tx, account: str, name: str | None, locale: str | None, timezone: str | None) -> None:
        tx.session.execute(update(AccountRow).where(col(AccountRow.id) == account).values(name=name))
        one = update(OwnAccountRow).where(col(OwnAccountRow.account) == account)
        tx.session.execute(one.values(locale=locale, timezone=timezone))

    # -- links -----------------------------------------------------------------------------

    def add_link(self, tx: Tx, link: AccountLink) -> None:
        tx.session.add(
            AccountLinkRow(
                hash=link.hash,
                email=link.email,
                name=link.name,
                locale=link.locale,
                timezone=link.timezone,
                created_at=link.created_at,
                expires_at=link.expires_at,
                works=link.works,
            )
        )
        tx.session.flush()

    def link(self, tx: Tx, hash: str) -> AccountLink | None:
        row = tx.session.exec(select(AccountLinkRow).where(AccountLinkRow.hash == hash)).first()
        return _link(row) if row is not None else None

    def take_link(self, tx: Tx, hash: str) -> AccountLink | None:
        found = self.link(tx, hash)
        one = delete(AccountLinkRow).where(col(AccountLinkRow.hash) == hash).returning(col(AccountLinkRow.hash))
        # Of two transactions that found the link, only one deletes it.
        return found if tx.session.execute(one).first() is not None else None

    def lock_links(self, tx: Tx, email: str) -> None:
        if tx.dialect == "postgresql":
            tx.session.exec(select(func.pg_advisory_xact_lock(_LINKS, func.hashtext(email))))

    def newest_expiry(self, tx: Tx, email: str) -> int | None:
        return tx.session.exec(select(func.max(AccountLinkRow.expires_at)).where(AccountLinkRow.email == email)).one()

    def forget_links(self, tx: Tx, email: str) -> None:
        tx.session.execute(delete(AccountLinkRow).where(col(AccountLinkRow.email) == email))

    def forget_old_links(self, tx: Tx, now: int) -> None:
        old = select(AccountLinkRow.hash).where(AccountLinkRow.expires_at <= now).limit(_FORGOTTEN_AT_ONCE)
        # Rows that another transaction deletes are left to it. Two of them could wait for each other otherwise.
        old = old.with_for_update(skip_locked=True)
        tx.session.execute(delete(AccountLinkRow).where(col(AccountLinkRow.hash).in_(old)))

    def _own(self, tx: Tx, row: OwnAccountRow | None) -> OwnAccount | None:
        account = self._customers.account(tx, row.account) if row is not None else None
        if row is None or account is None:
            return None
        return OwnAccount(
            account=account,
            password_hash=row.password_hash or None,
            locale=row.locale,
            timezone=row.timezone,
            confirmed_at=row.created_at,
        )


def _link(row: AccountLinkRow) -> AccountLink:
    return AccountLink(
        hash=row.hash,
        email=row.email,
        name=row.name,
        locale=row.locale,
        timezone=row.timezone,
        created_at=row.created_at,
        expires_at=row.expires_at,
        works=row.works,
    )
