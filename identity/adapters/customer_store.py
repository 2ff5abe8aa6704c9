"""Customers, their browsers and their clients in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, func, or_, text, update
from sqlmodel import col, select

from identity.accounts import OWN_KID
from identity.adapters.client_products import products_by_client, products_of, put_products
from identity.adapters.tables import AccountRow, ClientDomainRow, ClientRow, VisitorRow
from identity.clients import domain_of, name_key
from identity.ports import Account, Client, KnownVisitor
from storage.ports import Tx
from storage.upsert import insert_into

_VISITOR = text("SELECT id, name, email, account, signed_out_at FROM visitors WHERE id = :id")
"""Read at each `hello`, so it is not composed anew each time."""


class SqlCustomerStore:
    """Implements `identity.ports.CustomerStore` on SQLite and PostgreSQL."""

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None:
        row = tx.session.connection().execute(_VISITOR, {"id": id}).first()
        return None if row is None else KnownVisitor(*row)

    def keep_visitor(self, tx: Tx, visitor: KnownVisitor, now: int) -> None:
        new = insert_into(tx, VisitorRow).values(
            id=visitor.id,
            name=visitor.name,
            email=visitor.email,
            account=visitor.account,
            created_at=now,
            last_seen_at=now,
        )
        said = new.excluded
        tx.session.execute(
            new.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    "name": func.coalesce(said.name, VisitorRow.name),
                    "email": func.coalesce(said.email, VisitorRow.email),
                    "account": func.coalesce(VisitorRow.account, said.account),
                    "last_seen_at": said.last_seen_at,
                },
            )
        )

    def correct_visitor(self, tx: Tx, id: str, name: str | None, email: str | None) -> None:
        tx.session.execute(update(VisitorRow).where(col(VisitorRow.id) == id).values(name=name, email=email))

    def bind_visitor(self, tx: Tx, id: str, account: str, now: int) -> str:
        self.keep_visitor(tx, KnownVisitor(id, None, None, account), now)
        return tx.session.exec(select(VisitorRow.account).where(VisitorRow.id == id)).one() or account

    def visitors_of(self, tx: Tx, account: str, limit: int) -> Sequence[str]:
        query = select(VisitorRow.id).where(VisitorRow.account == account)
        return tx.session.exec(query.order_by(col(VisitorRow.last_seen_at).desc()).limit(limit)).all()

    def sign_out_visitor(self, tx: Tx, id: str, now: int) -> None:
        tx.session.execute(update(VisitorRow).where(col(VisitorRow.id) == id).values(signed_out_at=now))

    def sign_out_account(self, tx: Tx, id: str, now: int) -> None:
        tx.session.execute(update(AccountRow).where(col(AccountRow.id) == id).values(signed_out_at=now))

    def account_of(self, tx: Tx, kid: str, sub: str) -> tuple[Account, int] | None:
        row = tx.session.exec(select(AccountRow).where(AccountRow.kid == kid, AccountRow.sub == sub)).first()
        return (self._account(tx, row), row.last_seen_at) if row is not None else None

    def account(self, tx: Tx, id: str) -> Account | None:
        row = tx.session.exec(select(AccountRow).where(AccountRow.id == id)).first()
        return self._account(tx, row) if row is not None else None

    def clients_of(self, tx: Tx, accounts: Collection[str]) -> dict[str, str]:
        """The clients of these accounts, by the account: that of the account, or that of the domain of its proven
        address."""
        clients: dict[str, str] = {}
        domains: dict[str, str] = {}
        query = select(AccountRow.id, AccountRow.client, AccountRow.email, AccountRow.email_verified)
        for id_, client, email, proven in tx.session.exec(query.where(col(AccountRow.id).in_(accounts))):
            if client is not None:
                clients[id_] = client
            elif proven and (domain := domain_of(email)) is not None:
                domains[id_] = domain
        if domains:
            asked = col(ClientDomainRow.domain).in_(set(domains.values()))
            found = dict(tx.session.exec(select(ClientDomainRow.domain, ClientDomainRow.client).where(asked)).all())
            clients |= {id_: found[domain] for id_, domain in domains.items() if domain in found}
        return clients

    def set_coordinators(self, tx: Tx, email: str, client: str, coordinates: bool) -> bool:
        theirs = col(AccountRow.client) == client
        by_domain = select(ClientDomainRow.domain).where(
            ClientDomainRow.domain == domain_of(email), ClientDomainRow.client == client
        )
        theirs = or_(theirs, and_(col(AccountRow.client).is_(None), by_domain.exists()))
        proven = (col(AccountRow.email) == email, col(AccountRow.email_verified))
        before = select(AccountRow.id).where(*proven, theirs, col(AccountRow.coordinator)).limit(1)
        did = tx.session.exec(before).first() is not None
        tx.session.execute(update(AccountRow).where(*proven, theirs).values(coordinator=coordinates))
        return did

    def accounts_by_email(self, tx: Tx, email: str) -> Sequence[Account]:
        proven = (AccountRow.email == email, col(AccountRow.email_verified))
        own_first = (col(AccountRow.kid) != OWN_KID, col(AccountRow.id))
        query = select(AccountRow).where(*proven).order_by(*own_first).limit(2)
        return [self._account(tx, row) for row in tx.session.exec(query)]

    def keep_account(self, tx: Tx, account: Account, now: int) -> Account:
        new = insert_into(tx, AccountRow).values(
            id=account.id,
            kid=account.kid,
            sub=account.sub,
            email=account.email,
            email_verified=account.email_verified,
            domain=_proven_domain(account),
            name=account.name,
            client=account.client,
            coordinator=account.coordinator,
            created_at=now,
            last_seen_at=now,
        )
        said = new.excluded
        kept = new.on_conflict_do_update(
            index_elements=["kid", "sub"],
            set_={
                "email": said.email,
                "email_verified": said.email_verified,
                "domain": said.domain,
                "name": said.name,
                "last_seen_at": said.last_seen_at,
            },
        ).returning(col(AccountRow.id))
        id_ = tx.session.execute(kept).scalar_one()
        found = self.account(tx, id_)
        assert found is not None, "it was stored just now"
        return found

    def add_client(self, tx: Tx, client: Client, now: int) -> bool:
        added = tx.session.execute(
            insert_into(tx, ClientRow)
            .values(
                id=client.id,
                name=client.name,
                name_key=name_key(client.name),
                account_team=client.account_team,
                vip=client.vip,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(col(ClientRow.id))
        )
        if added.first() is None:
            return False
        tx.session.add_all(ClientDomainRow(domain=domain, client=client.id) for domain in sorted(client.domains))
        put_products(tx, client.id, client.products)
        return True

    def update_client(self, tx: Tx, client: Client) -> None:
        ours = col(ClientRow.id) == client.id
        values = {"name": client.name, "name_key": name_key(client.name), "account_team": client.account_team}
        tx.session.execute(update(ClientRow).where(ours).values(**values, vip=client.vip))
        tx.session.execute(delete(ClientDomainRow).where(col(ClientDomainRow.client) == client.id))
        tx.session.add_all(ClientDomainRow(domain=domain, client=client.id) for domain in sorted(client.domains))
        put_products(tx, client.id, client.products)

    def clients(self, tx: Tx) -> list[Client]:
        """All clients, sorted by name."""
        domains: dict[str, set[str]] = {}
        for row in tx.session.exec(select(ClientDomainRow)):
            domains.setdefault(row.client, set()).add(row.domain)
        products = products_by_client(tx)
        return [
            Client(
                id=row.id,
                name=row.name,
                domains=frozenset(domains.get(row.id, ())),
                account_team=row.account_team,
                vip=row.vip,
                products=frozenset(products.get(row.id, ())),
            )
            for row in tx.session.exec(select(ClientRow).order_by(col(ClientRow.name_key)))
        ]

    def people_of(self, tx: Tx, client: Client, limit: int) -> list[Account]:
        """At most `limit` accounts that belong to the client and have a proven address. Coordinators come first.
        Coordinators and other people are each sorted by address."""
        chosen = col(AccountRow.client) == client.id
        by_domain = and_(col(AccountRow.client).is_(None), col(AccountRow.domain).in_(sorted(client.domains)))
        found: list[AccountRow] = []
        # Each query has its own index. With both conditions in one query, no index would serve it.
        for theirs in (chosen, by_domain):
            query = select(AccountRow).where(col(AccountRow.email_verified), theirs)
            order = (col(AccountRow.coordinator).desc(), col(AccountRow.email), col(AccountRow.id))
            found += tx.session.exec(query.order_by(*order).limit(limit)).all()
        found.sort(key=lambda row: (not row.coordinator, row.email or "", row.id))
        return [self._account(tx, row) for row in found[:limit]]

    def client(self, tx: Tx, id: str) -> Client | None:
        return self._client(tx, tx.session.exec(select(ClientRow).where(ClientRow.id == id)).first())

    def client_by_name(self, tx: Tx, name: str) -> Client | None:
        return self._client(tx, tx.session.exec(select(ClientRow).where(ClientRow.name_key == name_key(name))).first())

    def client_of_domain(self, tx: Tx, domain: str) -> Client | None:
        query = select(ClientRow).where(
            col(ClientRow.id).in_(select(ClientDomainRow.client).where(ClientDomainRow.domain == domain))
        )
        return self._client(tx, tx.session.exec(query).first())

    def client_names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        return dict(tx.session.exec(select(ClientRow.id, ClientRow.name).where(col(ClientRow.id).in_(ids))).all())

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        query = select(ClientRow.id).where(col(ClientRow.id).in_(ids), col(ClientRow.vip))
        return frozenset(tx.session.exec(query))

    def _account(self, tx: Tx, row: AccountRow) -> Account:
        client = row.client
        if client is None and row.email_verified and (domain := domain_of(row.email)) is not None:
            query = select(ClientDomainRow.client).where(ClientDomainRow.domain == domain)
            client = tx.session.exec(query).first()
        return Account(
            id=row.id,
            kid=row.kid,
            sub=row.sub,
            email=row.email,
            name=row.name,
            client=client,
            coordinator=row.coordinator,
            email_verified=row.email_verified,
            signed_out_at=row.signed_out_at,
        )

    def _client(self, tx: Tx, row: ClientRow | None) -> Client | None:
        if row is None:
            return None
        domains = tx.session.exec(select(ClientDomainRow.domain).where(ClientDomainRow.client == row.id))
        return Client(
            id=row.id,
            name=row.name,
            domains=frozenset(domains),
            account_team=row.account_team,
            vip=row.vip,
            products=products_of(tx, row.id),
        )


def _proven_domain(account: Account) -> str | None:
    return account.email.rpartition("@")[2].lower() if account.email and account.email_verified else None
