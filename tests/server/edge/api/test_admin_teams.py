"""`/api/admin/teams` and `/api/admin/products`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlmodel import select

from identity.adapters.tables import AuditRow
from storage.ports import Tx
from tests.server.edge.api.conftest import Api

HOURS = """\
timezone: UTC
default_team: prod
schedules:
  always: {mon: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: always, products: [Lumina, Other]}  # the first
  prod: {name: Prod, schedule: always, products: [Other]}
"""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "hours.yaml"
    path.parent.mkdir()
    path.write_text(HOURS)
    return path


@pytest.fixture
async def desk(start: Callable[..., Awaitable[Api]], path: Path) -> Api:
    return await start(hours=path)


async def audited(api: Api, thing: str) -> list[tuple[str, str | None, str]]:
    def read(tx: Tx) -> list[tuple[str, str | None, str]]:
        rows = tx.session.exec(select(AuditRow).where(AuditRow.thing == thing))
        return [(row.verb, row.thing_id, row.detail) for row in rows]

    return await api.desk.desk.storage.read(read)


async def test_added_team_is_in_the_file_in_force_and_audited(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    read = await admin.get("/api/admin/teams")
    team = {"team": "print", "name": "Print: all", "schedule": "always", "email": "print@support.example"}
    added = await admin.post("/api/admin/teams", json=team, headers={"If-Match": read.headers["etag"]})
    assert added.status_code == 201 and "# the first" in path.read_text()
    assert "print" in [one["team"] for one in (await admin.get("/api/hours")).json()["teams"]]
    ((verb, thing, detail),) = await audited(desk, "team")
    assert (verb, thing, json.loads(detail)["to"]["name"]) == ("add", "print", "Print: all")
    late = await admin.post("/api/admin/teams", json=team, headers={"If-Match": read.headers["etag"]})
    assert late.status_code == 422 and "team" in late.json()["fields"]


async def test_team_changes_and_a_value_goes_back_to_its_default(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    changes = {"name": "Press", "topic": "Orders", "wait_target_s": 60, "assign": "offer"}
    assert (await admin.patch("/api/admin/teams/media", json=changes)).status_code == 200
    media = (await admin.get("/api/admin/teams")).json()["teams"][0]
    assert {name: media[name] for name in changes} == changes
    assert (await admin.patch("/api/admin/teams/media", json={"topic": None, "email": None})).status_code == 200
    assert (await admin.get("/api/admin/teams")).json()["teams"][0]["topic"] == "Press"
    details = [json.loads(detail) for _, _, detail in await audited(desk, "team")]
    assert details[0]["from"] == {"name": "Media", "topic": "Media", "wait_target_s": 120, "assign": "auto"}
    assert (await admin.patch("/api/admin/teams/nobody", json={"name": "X"})).status_code == 404
    assert (await admin.patch("/api/admin/teams/media", json={"name": "Prod"})).status_code == 422


@pytest.mark.parametrize(
    ("team", "body", "field"),
    [
        ("media", {"retired": True}, "successor"),
        ("media", {"retired": True, "successor": "media"}, "successor"),
        ("media", {"retired": True, "successor": "nobody"}, "successor"),
        ("prod", {"retired": True, "successor": "media"}, "retired"),
    ],
)
async def test_team_is_not_retired_without_another_that_follows(
    desk: Api, path: Path, team: str, body: dict[str, object], field: str
) -> None:
    admin = await desk.staff("ada", "admin", ())
    refused = await admin.patch(f"/api/admin/teams/{team}", json=body)
    assert refused.status_code == 422 and field in refused.json()["fields"] and path.read_text() == HOURS


async def test_retired_team_can_be_taken_back(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    retired = await admin.patch("/api/admin/teams/media", json={"retired": True, "successor": "prod"})
    assert retired.status_code == 200
    assert [one["team"] for one in (await admin.get("/api/hours")).json()["teams"]] == ["prod"]
    back = await admin.patch("/api/admin/teams/media", json={"retired": None, "successor": None})
    assert back.status_code == 422
    back = await admin.patch("/api/admin/teams/media", json={"retired": False, "successor": None})
    assert back.status_code == 200
    assert [one["team"] for one in (await admin.get("/api/hours")).json()["teams"]] == ["media", "prod"]


async def test_product_is_added_renamed_and_removed_from_teams(desk: Api) -> None:
    admin = await desk.staff("ada", "admin", ())

    async def put(product: str, teams: list[str], name: str | None = None, *, is_new: bool = False) -> int:
        body = {"product": product, "teams": teams, "name": name, "is_new": is_new}
        return (await admin.put("/api/admin/products", json=body)).status_code

    async def products() -> dict[str, list[str]]:
        teams = (await admin.get("/api/admin/teams")).json()["teams"]
        return {team["team"]: team["products"] for team in teams}

    assert await put("Aura", ["media", "prod"], is_new=True) == 200
    assert await put("AURA", ["media"], is_new=True) == 422, "a new product changes no other"
    assert await products() == {"media": ["Lumina", "Other", "Aura"], "prod": ["Other", "Aura"]}
    assert await put("Lumina", ["media"], "Lumina 2") == 200
    assert await put("Aura", ["prod"]) == 200
    assert await products() == {"media": ["Lumina 2", "Other"], "prod": ["Other", "Aura"]}
    assert await put("Lumina 2", ["media"], "Other") == 422, "there is another product with this name"
    assert await put("Other", []) == 200 and await put("Aura", []) == 422 and await put("Aura", ["nobody"]) == 422
    assert await put("Nova", []) == 422, "nobody could be asked about it"
    assert sorted(str(thing) for _, thing, _ in await audited(desk, "product")) == ["Aura", "Aura", "Lumina", "Other"]


async def test_team_gets_a_copy_of_its_schedule_and_the_usual_products(desk: Api, path: Path) -> None:
    admin = await desk.staff("ada", "admin", ())
    changed = await admin.patch("/api/admin/teams/media", json={"own_hours": True, "products": None})
    assert changed.status_code == 200, changed.text
    team = {"team": "print", "name": "Print", "schedule": "media", "own_hours": True}
    assert (await admin.post("/api/admin/teams", json=team)).status_code == 201
    read = (await admin.get("/api/admin/teams")).json()
    assert read["schedules"] == ["always", "media", "print"] and read["default_products"][0] == "Spectra OX"
    assert [(one["schedule"], one["products"] == read["default_products"]) for one in read["teams"]] == [
        ("media", True),
        ("always", False),
        ("print", True),
    ]


async def test_supervisor_may_not_change_teams(desk: Api, path: Path) -> None:
    sue = await desk.staff("sue", "supervisor", ())
    assert (await sue.get("/api/admin/teams")).status_code == 403
    assert (await sue.patch("/api/admin/teams/media", json={"name": "X"})).status_code == 403
    assert path.read_text() == HOURS
