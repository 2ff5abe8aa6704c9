"""Who may do what, over every route and every command: the table in `matrix.py`, held against a running desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from itertools import cycle

import pytest
import pytest_asyncio
from _pytest.mark import ParameterSet
from starlette.routing import Mount, Route, WebSocketRoute
from uuid_utils import uuid7
from websockets.exceptions import InvalidStatus

from chat.wire import Side, type_of
from identity.tokens import SCOPES, Scope
from server.edge.api import OPERATIONS
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from tests.running import SettableClock, running
from tests.signing import DESK, Site
from tests.stories.acting import Stage, difference
from tests.stories.matrix import ACTORS, COLUMNS, FOREIGN, HTTP, OWN, PAGES, ROWS, Actor, Row
from tests.stories.nine_people import MARKS, METRICS_TOKEN, TEAM_OF, Answer

PLANNER = Site("the secret of the media planner that is long enough", "planner")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(module_database_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One desk with everybody on it, for all rows. When it ends, the canary is looked for in all that was said."""
    clock = SettableClock()
    folder = tmp_path_factory.mktemp("matrix") / "data"
    async with running(
        folder,
        clock,
        module_database_url,
        demo=True,
        base_url=DESK,
        identity_secret=f"{PLANNER.kid}:{PLANNER.secret}",
        metrics_token=METRICS_TOKEN,
        security_contact="security@company.example",
    ) as desk:
        it = Stage(desk, clock, PLANNER)
        await it.open()
        yield it


def words(row: Row, column: str) -> dict[Actor, str]:
    """The expected words by who asks."""
    found = (row.own if column == "own" else row.others or "").split()
    assert len(found) == len(COLUMNS), f"{row.name}: {len(found)} words for {len(COLUMNS)} people"
    given = dict(zip(COLUMNS, found, strict=True))
    return {**given, "author": row.author_gets(given), "auditor": row.auditor_gets(given)}


async def test_matrix_covers_exactly_the_served_routes_and_commands(stage: Stage) -> None:
    """The program's routes and the commands of both sockets are compared with the table."""
    served: set[str] = set()
    for route in stage.desk.web.app.routes:
        match route:
            case Mount():
                served.add(f"GET {route.path}")
            case Route():
                methods = (route.methods or set()) - {"HEAD", "OPTIONS"}
                served |= {f"{method} {route.path}" for method in methods}
            case WebSocketRoute():
                side = route.path.rpartition("/")[2]
                commands = {"customer": SERVED_TO_CUSTOMERS, "staff": SERVED_TO_STAFF}[side]
                served |= {f"{side} {type_of(command)}" for command in commands}
            case _:
                pytest.fail(f"no kind of route that the matrix knows: {route}")
    in_table = {row.what for row in ROWS}
    assert served - in_table == set(), "without a row in tests/stories/matrix.py"
    assert in_table - served == set(), "rows of what is not served"
    assert len({row.name for row in ROWS}) == len(ROWS)


async def test_published_callers_match_the_matrix() -> None:
    """The callers that an operation names can use it, and nobody else can."""
    published = {f"{operation.method} {operation.path}": operation.callers for operation in OPERATIONS}
    # The customers of the matrix have a token. test_accounts.py is about those who are signed in.
    by_session = {f"{operation.method} {operation.path}" for operation in OPERATIONS if operation.in_browser}
    kinds = {actor: actor.removeprefix("other_") for actor in ACTORS}
    wrong = []
    for what, callers in published.items():
        allowed = {
            kinds[actor]
            for row in HTTP
            if row.what == what
            for actor, word in words(row, "own").items()
            if word not in ("unauthorized", "forbidden")
        }
        if what in by_session:
            allowed |= callers & {"customer"}
        if allowed != callers - {"operator"}:
            wrong.append(f"{what}: published for {sorted(callers)}, open to {sorted(allowed)}")
    assert wrong == []


def by_database() -> Iterator[ParameterSet]:
    """All rows on SQLite. On PostgreSQL those whose answer depends on whose the thing is: queries are scoped there.
    The others are decided by the role alone."""
    for row in ROWS:
        yield pytest.param("sqlite", row, id=f"sqlite-{row.name}")
        if row.others is not None or row.lists:
            yield pytest.param("postgresql", row, id=f"postgresql-{row.name}", marks=pytest.mark.scaled)


@pytest.mark.parametrize(("module_database_url", "row"), list(by_database()), indirect=["module_database_url"])
async def test_each_role_gets_exactly_what_the_matrix_allows(stage: Stage, row: Row) -> None:
    """Each of the ten asks for its own thing, for others' things and for a missing one. Others' things answer like the
    missing one. HEAD reveals no more than GET."""
    faults: list[str] = []
    for actor in ACTORS:
        if row.others is not None:
            faults += await _others(stage, row, actor)
        id_ = str(uuid7())
        thing = await stage.thing(row, OWN[actor], asker=actor, own=True)
        if row.lists:
            await stage.tickets(OWN[actor])
            await stage.chat(OWN[actor])
        answer = await stage.ask(row, actor, thing, id_, own=True)
        expected = words(row, "own")[actor]
        if answer.word != expected:
            faults.append(f"{actor}, their own: {answer.word}, not {expected}: {answer.said[-400:]}")
        if row.lists and expected == "ok" and MARKS[OWN[actor]] not in answer.said:
            faults.append(f"{actor} is not shown their own: {answer.said[-400:]}")
        faults += _told_of_others(actor, answer)
        if row.what.startswith("GET") and not row.query:
            faults += await _told_by_head(stage, row, actor, thing, answer)
    assert not faults, "\n".join(faults)


async def _told_by_head(stage: Stage, row: Row, actor: Actor, thing: str | int, got: Answer) -> list[str]:
    """What is wrong with the answer to HEAD: it has the status of the answer to GET, and no content."""
    _, headed = await stage.over_http(row, actor, thing, stage.headers[actor], method="HEAD")
    if str(headed.status_code) == got.said.partition("\n")[0] and headed.content == b"":
        return []
    return [f"HEAD as {actor}: {headed.status_code} {headed.content!r}, not as {got.said[-400:]}"]


async def _others(stage: Stage, row: Row, actor: Actor) -> list[str]:
    """What is wrong with the answers for what is not theirs."""
    faults: list[str] = []
    if row.thing == "employee" and actor == "admin":
        return faults  # They look after everybody: nobody of staff is another's.
    expected, id_ = words(row, "others")[actor], str(uuid7())
    missing = stage.missing(row)
    of_missing = await stage.ask(row, actor, missing, id_, own=False)
    for owner in FOREIGN[actor]:
        if row.thing in ("team", "colleague", "employee") and TEAM_OF[owner] == TEAM_OF[OWN[actor]]:
            continue  # Another customer's, but not another team.
        thing = await stage.thing(row, owner, asker=actor, own=False)
        answer = await stage.ask(row, actor, thing, id_, own=False)
        if answer.word != expected:
            faults.append(f"{actor}, of {owner}: {answer.word}, not {expected}: {answer.said[-400:]}")
        if unlike := difference(answer, thing, of_missing, missing):
            faults.append(f"{actor} can tell what is {owner}'s from what is not there: {unlike}")
        faults += _told_of_others(actor, answer)
    return faults


def _told_of_others(actor: Actor, answer: Answer) -> list[str]:
    return [f"{actor} is told of {owner}'s: {answer}" for owner in FOREIGN[actor] if MARKS[owner] in answer.said]


# -- by what they prove it ----------------------------------------------------------------


def needs_proof(row: Row) -> bool:
    """Is there anything here that not everybody may?"""
    return len(set(words(row, "own").values())) > 1


REPORTS = {"PATCH /api/components/{id}", "POST /api/incidents", "POST /api/incidents/{id}/updates"}
"""The calls of monitors."""


def needed_for(row: Row) -> set[Scope]:
    """The scopes without which a token does not open the call."""
    if row.what.endswith("/export") or "/incremental/" in row.what:
        return {"export"}
    needed: set[Scope] = {"read" if row.what.startswith("GET") else "write"}
    # A line is for both ways from the start.
    return needed | {"read"} if row.what.endswith("/wire") else needed


def with_needed(row: Row) -> Iterator[set[Scope]]:
    yield set(SCOPES) if row.in_browser else needed_for(row)
    if row.what in REPORTS:
        yield {"monitor"}


def without_needed(row: Row) -> Iterator[set[Scope]]:
    others = {"monitor"} if row.what in REPORTS else set()
    for scope in sorted(needed_for(row)):
        yield set(SCOPES) - others - {scope}


@pytest.mark.parametrize("scopes_of", [with_needed, without_needed])
async def test_token_opens_only_what_its_scopes_allow(
    stage: Stage, scopes_of: Callable[[Row], Iterator[set[Scope]]]
) -> None:
    """Every call that a supervisor may make is tried. Calls that need a signed-in browser accept no token."""
    tokens: dict[frozenset[Scope], str] = {}
    wrong = []
    for row in HTTP:
        for scopes in map(frozenset, scopes_of(row)):
            if scopes not in tokens:
                tokens[scopes] = await stage.token("sofia@desk.example", *scopes)
            thing = await stage.thing(row, "customer", asker="supervisor", own=True)
            proof = {"Authorization": f"Bearer {tokens[scopes]}"}
            answer, _ = await stage.over_http(row, "supervisor", thing, proof)
            barred = row.in_browser or scopes_of is without_needed
            expected = "forbidden" if needs_proof(row) and barred else words(row, "own")["supervisor"]
            if answer.word != expected:
                wrong.append(f"{row.name}, {sorted(scopes)}: {answer.word}, not {expected}")
    assert wrong == []
    for scopes, token in tokens.items():
        line = await stage.desk.connect("staff", {"Authorization": f"Bearer {token}"})
        answer, _ = await stage.said(line, "hello", {})
        assert answer.word == ("ok" if {"read", "write"} <= scopes else "4003"), sorted(scopes)


REVOKED = ("disabled", "token revoked", "token expired", "session ended", "session expired")


async def test_revoked_credentials_answer_like_none(stage: Stage) -> None:
    """Each answer is byte for byte the one to an anonymous caller, and the socket refuses them. Each call is tried with
    two of the proofs in turn, each proof with a third of the calls: one piece of code takes them, whatever the call."""
    gone = [
        (how, proof) for how in REVOKED for proof in await stage.gone(f"gone{how.replace(' ', '')}@desk.example", how)
    ]
    assert len(gone) == len(REVOKED) + 1, "who is disabled had a token and a session"
    # Tokens and sessions in turn.
    gone = sorted(gone, key=lambda each: "Cookie" in each[1])
    by_turns = cycle([gone[at :: len(gone) // 2] for at in range(len(gone) // 2)])
    wrong = []
    for row in HTTP + PAGES:
        if row.what == "DELETE /api/session" or not needs_proof(row):
            # Open to everybody; or done whether there was a session or not, which is the same without one.
            continue
        thing = await stage.thing(row, "customer", asker="nobody", own=True)
        as_nobody, _ = await stage.over_http(row, "nobody", thing, {"Origin": stage.desk.origin})
        for how, proof in next(by_turns):
            answer, _ = await stage.over_http(row, "nobody", thing, proof)
            if unlike := difference(answer, "", as_nobody, ""):
                wrong.append(f"{row.name}, {how}: {unlike}")
    assert wrong == []
    for how, proof in gone:
        line = await stage.desk.connect("staff", dict(proof))
        answer, _ = await stage.said(line, "hello", {})
        assert answer.word == "4001", how


SIDES: tuple[Side, ...] = ("customer", "staff")
ORIGINS: tuple[tuple[str | None, Sequence[Row]], ...] = (
    (None, HTTP),
    ("https://evil.example", HTTP),
    ("null", HTTP[::2]),
    ("http://127.0.0.1:1", HTTP[1::2]),
)
"""One piece of code compares the origin, whatever the call: two of them share the calls."""


@pytest.mark.parametrize(("origin", "rows"), ORIGINS, ids=[str(origin) for origin, _ in ORIGINS])
async def test_session_cookie_alone_changes_nothing(stage: Stage, origin: str | None, rows: Sequence[Row]) -> None:
    """Unsafe calls with a session cookie, but without an origin or from another site, are forbidden. Other sites'
    scripts cannot read answers or open a socket."""
    cookie = {"Cookie": stage.headers["supervisor"]["Cookie"]}
    sent = cookie | ({"Origin": origin} if origin else {})
    wrong = []
    for row in rows:
        thing = await stage.thing(row, "customer", asker="supervisor", own=True)
        # A program without a page may sign in; the session that it had ends.
        signs_in = row.what == "POST /api/session" and origin is None
        shown = {"Cookie": (await stage.signed_in("sofia@desk.example"))["Cookie"]} if signs_in else sent
        answer, response = await stage.over_http(row, "supervisor", thing, shown)
        safe = row.what.startswith("GET")
        word = words(row, "own")["supervisor"]
        # Messages of issue trackers prove themselves. Sessions mean nothing there.
        expected = word if safe or signs_in or word == "unauthorized" else "forbidden"
        if answer.word != expected or "access-control-allow-origin" in response.headers:
            wrong.append(f"{row.name}: {answer.word}, not {expected}; {dict(response.headers)}")
    assert wrong == []
    if origin is None:
        line = await stage.desk.connect("staff", cookie)
        assert await line.ended() == 4001
        return
    for side in SIDES:
        with pytest.raises(InvalidStatus) as refused:
            await stage.desk.connect(side, sent)
        assert refused.value.response.status_code == 403


async def test_metrics_need_the_metrics_token(stage: Stage) -> None:
    """METRICS_TOKEN opens `/metrics` and nothing else."""
    (metrics,) = (row for row in HTTP if row.what == "GET /metrics")
    proof = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    answer, _ = await stage.over_http(metrics, "nobody", "", proof)
    assert answer.word == "ok"
    for row in HTTP:
        if row is not metrics and needs_proof(row):
            thing = await stage.thing(row, "customer", asker="nobody", own=True)
            answer, _ = await stage.over_http(row, "nobody", thing, proof)
            assert answer.word == "unauthorized", row.name


async def test_no_connection_received_foreign_content(stage: Stage) -> None:
    """Checks every frame on every connection that the ten had during the whole matrix."""
    assert stage.overheard() == []
