"""Links to make an account, on both databases."""

from __future__ import annotations

import asyncio
from functools import partial

from identity import tokens
from identity.accounts import LETTER_EVERY_MS, Accounts, Wanted
from identity.actor import Actor
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.sql_accounts import SqlAccountStore
from identity.adapters.store import SqlStore
from storage.ports import Storage, Tx

NOW = 1_795_556_400_000


class Letters:
    """Notes down when each letter is sent."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    def queue_account_letter(
        self,
        tx: Tx,
        kind: str,
        address: str,
        name: str | None,
        locale: str | None,
        token: str | None,
        now: int,
        send_at: int,
    ) -> None:
        tx.after_commit(lambda: self.sent.append(send_at))

    def queue_notice(self, tx: Tx, kind: str, owner: Actor, now: int) -> None:
        tx.after_commit(lambda: self.sent.append(now))


async def test_many_requests_at_once_for_one_address_send_one_letter_and_store_another(storage: Storage) -> None:
    customers = SqlCustomerStore()
    accounts, letters = Accounts(SqlStore(), customers, SqlAccountStore(customers)), Letters()
    wanted = Wanted(email="ana@northlake.example")
    units = [
        partial(accounts.ask, wanted=wanted, letters=letters, token=tokens.new_cookie(), now=NOW) for _ in range(6)
    ]
    await asyncio.gather(*(storage.write(unit) for unit in units))
    assert sorted(letters.sent) == [NOW, NOW + LETTER_EVERY_MS]
