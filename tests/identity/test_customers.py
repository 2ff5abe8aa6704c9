"""Coordinators of companies, on both databases."""

from __future__ import annotations

from identity.adapters.customer_store import SqlCustomerStore
from identity.customers import Customers
from identity.ports import Account
from storage.ports import Storage, Tx

ANA = "ana@northlake.example"


def account(kid: str, client: str | None = None, *, proven: bool = True) -> Account:
    return Account(id=kid, kid=kid, sub="7", email=ANA, name="Ana", client=client, email_verified=proven)


async def test_all_accounts_with_the_address_coordinate_their_company_but_not_another_one(storage: Storage) -> None:
    """Or no longer. Some belong to the company by their domain, one because somebody assigned it."""
    store = SqlCustomerStore()
    customers = Customers(store)

    def make(tx: Tx) -> None:
        for id_, domain in (("c1", "northlake.example"), ("c2", "other.example")):
            customers.add_client(tx, id=id_, name=id_, domains=[domain], account_team=None, vip=False, now=1)
        for each in (
            *(account(kid) for kid in ("site a", "site b", "site c")),
            account("site d", "c1"),
            account("site e", "c2"),
            account("site f", proven=False),
        ):
            store.keep_account(tx, each, 1)

    def coordinating(tx: Tx) -> list[str]:
        found = [store.account(tx, f"site {letter}") for letter in "abcdef"]
        return [each.id for each in found if each is not None and each.coordinator]

    await storage.write(make)
    told = await storage.write(lambda tx: customers.coordinate(tx, "Ana@Northlake.example", True))
    assert (told.client.id, told.before) == ("c1", False)
    assert await storage.read(coordinating) == ["site a", "site b", "site c", "site d"]
    assert (await storage.write(lambda tx: customers.coordinate(tx, ANA, False))).before
    assert not (await storage.write(lambda tx: customers.coordinate(tx, ANA, False))).before
    assert await storage.read(coordinating) == []


async def test_people_of_a_company_are_those_of_its_domains_and_those_who_were_assigned(storage: Storage) -> None:
    """Coordinators come first. An address that is no longer proven does not count."""
    store = SqlCustomerStore()
    customers = Customers(store)

    def make(tx: Tx) -> None:
        domains = ["northlake.example", "north.example"]
        customers.add_client(tx, id="c1", name="Northlake", domains=domains, account_team=None, vip=False, now=1)
        for name, domain, client, proven in (
            ("zoe", "northlake.example", None, True),
            ("ben", "north.example", None, True),
            ("cid", "elsewhere.example", "c1", True),
            ("dan", "northlake.example", "c2", True),
            ("eve", "northlake.example", None, False),
            ("fay", "not-northlake.example", None, True),
        ):
            email = f"{name}@{domain}"
            given = Account(id=name, kid="", sub=name, email=email, name=name, client=client, email_verified=proven)
            store.keep_account(tx, given, 1)
        customers.coordinate(tx, "zoe@northlake.example", True)

    def people(tx: Tx, limit: int = 9) -> list[str]:
        client = store.client(tx, "c1")
        assert client is not None
        return [one.id for one in store.people_of(tx, client, limit)]

    await storage.write(make)
    assert await storage.read(people) == ["zoe", "ben", "cid"]
    assert await storage.read(lambda tx: people(tx, 2)) == ["zoe", "ben"]
    moved = Account(id="ben", kid="", sub="ben", email="ben@gone.example", name="ben", email_verified=True)
    await storage.write(lambda tx: store.keep_account(tx, moved, 2))
    assert await storage.read(people) == ["zoe", "cid"]
