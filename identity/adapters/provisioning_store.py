"""Names and ids of staff at an identity provider, in the database."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlmodel import col, select

from identity.adapters.provisioning_tables import ProvisionedTeamRow, ProvisionedUserRow
from identity.adapters.tables import UserRow
from identity.provisioning import Provisioned
from storage.ports import Tx
from storage.upsert import insert_into


def people(tx: Tx) -> dict[str, Provisioned]:
    """Everybody whom a provider manages or has managed, by id."""
    return {row.user: _said(row) for row in tx.session.exec(select(ProvisionedUserRow))}


def person(tx: Tx, id_: str) -> Provisioned | None:
    row = tx.session.exec(select(ProvisionedUserRow).where(ProvisionedUserRow.user == id_)).first()
    return _said(row) if row is not None else None


def put_person(tx: Tx, said: Provisioned) -> None:
    values = {"user_name": said.user_name, "external_id": said.external_id, "removed_at": said.removed_at}
    insert = insert_into(tx, ProvisionedUserRow).values(user=said.user, **values)
    tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["user"], set_=values))


def teams(tx: Tx) -> dict[str, str]:
    """The ids that providers gave to teams, by team."""
    return {row.team: row.external_id for row in tx.session.exec(select(ProvisionedTeamRow))}


def put_team(tx: Tx, team: str, external_id: str | None) -> None:
    tx.session.connection().execute(delete(ProvisionedTeamRow).where(col(ProvisionedTeamRow.team) == team))
    if external_id is not None:
        insert = insert_into(tx, ProvisionedTeamRow).values(team=team, external_id=external_id)
        tx.session.connection().execute(insert)


def rename(tx: Tx, user: str, email: str, name: str) -> None:
    """Give a member of staff another address and name. Nobody else may have the address."""
    tx.session.execute(update(UserRow).where(col(UserRow.id) == user).values(email=email, name=name))


def _said(row: ProvisionedUserRow) -> Provisioned:
    return Provisioned(user=row.user, user_name=row.user_name, external_id=row.external_id, removed_at=row.removed_at)
