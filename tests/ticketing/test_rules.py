from __future__ import annotations

from dataclasses import replace
from itertools import product as every
from typing import Any

import pytest

from clock import from_rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from tests.ticketing.table import PRODUCTS, TEAMS, TWIN, expected
from ticketing.codes import CODES, STATUSES
from ticketing.facts import Facts
from ticketing.rules import change, opened
from ticketing.ticket import Change, Requester, Ticket
from ticketing.wanted import Opening, Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
ANA = Requester("v1", "Ana", "ana@northlake.example")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
PRIYA = Actor("staff", "u2", "Priya", role="agent", teams=frozenset({"finance"}))
FACTS = Facts(brand="Mediaocean", teams=TEAMS)


def ticket(**facts: Any) -> Ticket:
    return Ticket(
        **{
            "number": 7, "team": "media", "product": "Spectra OX", "requester": ANA, "assignee": "u1",
            "channel": "chat", "chat": "c1", "created_at": NOW - 1000, "updated_at": NOW - 1000,
            "waiting_since": NOW - 2000, **facts,
        }
    )  # fmt: skip


def solved(**facts: Any) -> Ticket:
    return ticket(
        **{
            "status": "solved", "with_": None, "resolution": "set_up", "waiting_since": None,
            "solved_at": NOW - 500, "reopen_until": NOW + 10**9, **facts,
        }
    )  # fmt: skip


def pending(**facts: Any) -> Ticket:
    return ticket(
        **{"status": "fixed_pending_rca", "with_": None, "workaround": "Reload", "waiting_since": None, **facts}
    )


def refusal(before: Ticket, wanted: Wanted, facts: Facts = FACTS, actor: Actor = MAYA) -> Refused:
    with pytest.raises(Refused) as refused:
        change(before, wanted, actor, NOW, facts)
    return refused.value


def after(before: Ticket, wanted: Wanted, facts: Facts = FACTS, actor: Actor = MAYA) -> Ticket:
    return change(before, wanted, actor, NOW, facts)[0]


@pytest.mark.parametrize("code", [None, *CODES])
@pytest.mark.parametrize("status", STATUSES)
def test_change_obeys_the_domain_table(status: str, code: str | None) -> None:
    for product, duplicate_of in every(PRODUCTS, [None, TWIN]):
        wanted = Wanted(status=status, resolution=code, product=product, duplicate_of=duplicate_of, workaround="Reload")
        facts = replace(FACTS, survivors=[TWIN] if duplicate_of else [])
        faults = expected(status, code, product, {"workaround", *(["duplicate_of"] if duplicate_of else [])})
        if faults:
            assert (refusal(ticket(), wanted, facts).fields or {}).keys() == faults
        else:
            made = after(ticket(), wanted, facts)
            assert (made.status, made.resolution, made.product, made.duplicate_of) == (
                status, code, product, duplicate_of,
            )  # fmt: skip


@pytest.mark.parametrize("before", [ticket(), ticket(status="awaiting_reply", with_=None), pending(), solved()])
@pytest.mark.parametrize("status", STATUSES)
def test_any_status_may_follow_any_other(before: Ticket, status: str) -> None:
    code = "set_up" if status == "solved" else None
    wanted = Wanted(status=status, resolution=code, workaround="Reload")
    if before.status == "fixed_pending_rca" and status == "solved":
        wanted = Wanted(status=status, resolution=code, finding="A race in the exporter")
    assert after(before, wanted).status == status


def test_ticket_closed_for_good_takes_no_change() -> None:
    for closed in (solved(closed_at=NOW - 1), solved(reopen_until=NOW - 1)):
        refused = refusal(closed, Wanted(subject="Again"))
        assert refused.code == "conflict" and "closed for good" in refused.message
    assert after(solved(reopen_until=NOW), Wanted(status="open")).status == "open"


def test_reopening_clears_the_code_but_keeps_it_in_the_history() -> None:
    """From solved to open: code and solving times are cleared, the history keeps the code, and the customer waits
    again."""
    stands, changes = change(solved(resolution="duplicate", duplicate_of=TWIN), Wanted(status="open"), MAYA, NOW, FACTS)
    assert (stands.resolution, stands.duplicate_of, stands.solved_at, stands.reopen_until) == (None, None, None, None)
    assert (stands.waiting_since, stands.with_, stands.version) == (NOW, "support", 2)
    assert changes == [
        Change("status", "solved", "open"), Change("resolution", "duplicate", None),
        Change("duplicate_of", TWIN, None), Change("with", None, "support"),
    ]  # fmt: skip


def test_solved_ticket_can_reopen_until_day_28_ends_eastern() -> None:
    """Solved on Nov 24, it can reopen until Dec 22, 23:59:59.999 Eastern Time, with or without a daylight saving
    change."""
    stands = after(ticket(), Wanted(status="solved", resolution="set_up"))
    assert stands.reopen_until == from_rfc3339("2026-12-23T04:59:59.999Z") and stands.solved_at == NOW
    autumn = from_rfc3339("2026-10-20T03:30:00.000Z")
    wanted = Wanted(status="solved", resolution="set_up")
    assert change(ticket(), wanted, MAYA, autumn, FACTS)[0].reopen_until == from_rfc3339("2026-11-17T04:59:59.999Z")


def test_corrected_code_keeps_the_day_of_solving() -> None:
    before = solved()
    stands = after(before, Wanted(status="solved", resolution="code_fix"))
    assert (stands.solved_at, stands.reopen_until) == (before.solved_at, before.reopen_until)


def test_absent_code_stays_only_where_the_new_status_allows_it() -> None:
    """A code allowed during a pending analysis stays when the ticket goes back to it from solved. Another is
    cleared."""
    there = Wanted(status="fixed_pending_rca", workaround="Reload")
    assert after(solved(resolution="code_fix"), there).resolution == "code_fix"
    assert after(solved(resolution="no_issue"), there).resolution is None
    assert after(ticket(with_="product"), Wanted(subject="New")).with_ == "product"
    assert after(ticket(with_="product"), Wanted(status="awaiting_reply")).with_ is None


def test_null_clears_an_optional_value() -> None:
    before = ticket(subject="Dates", external_ref="X-1", workaround="Reload")
    stands = after(before, Wanted(subject=None, external_ref="  ", workaround=None, product=None, assignee=None))
    assert (stands.subject, stands.external_ref, stands.workaround, stands.product, stands.assignee) == (None,) * 5


@pytest.mark.parametrize(
    ("before", "wanted", "field"),
    [
        (ticket(), Wanted(status=None), "status"),
        (ticket(), Wanted(status="pending"), "status"),
        (ticket(), Wanted(team=None), "team"),
        (ticket(), Wanted(team="nowhere"), "team"),
        (ticket(), Wanted(team="old"), "team"),
        (ticket(), Wanted(resolution="fixed"), "resolution"),
        (solved(), Wanted(resolution=None), "resolution"),
        (pending(), Wanted(workaround=None), "workaround"),
        (pending(), Wanted(workaround=" \n"), "workaround"),
        (ticket(), Wanted(status="fixed_pending_rca"), "workaround"),
        (pending(), Wanted(status="solved", resolution="code_fix"), "finding"),
        (pending(finding="A race"), Wanted(status="solved", resolution="code_fix", finding=None), "finding"),
        (ticket(), Wanted(finding="A race"), "finding"),
        (solved(), Wanted(with_="product"), "with"),
        (ticket(), Wanted(with_="nobody"), "with"),
        (ticket(), Wanted(product="Excel"), "product"),
        (ticket(), Wanted(subject="x" * 201), "subject"),
        (ticket(), Wanted(subject="a\0b"), "subject"),
        (ticket(), Wanted(workaround="x" * 8_001), "workaround"),
        (ticket(), Wanted(duplicate_of=TWIN), "duplicate_of"),
        (ticket(), Wanted(assignee="nobody"), "assignee"),
        (ticket(requester=Requester("v1", None, None)), Wanted(status="awaiting_reply"), "status"),
    ],
)
def test_refusal_names_the_field_at_fault(before: Ticket, wanted: Wanted, field: str) -> None:
    refused = refusal(before, wanted)
    assert refused.code == "invalid" and list(refused.fields or {}) == [field]


def test_refusal_names_every_field_at_fault_at_once() -> None:
    """Two faults are in one refusal, so the form need not be sent twice."""
    refused = refusal(ticket(), Wanted(status="solved", subject="x" * 201))
    assert set(refused.fields or {}) == {"resolution", "subject"}


def test_pending_analysis_to_solved_needs_a_finding() -> None:
    """The finding may come with the change or be stored already. It is cleared when the ticket is open again."""
    onward = Wanted(status="solved", resolution="code_fix", finding="A race")
    assert after(pending(), onward).finding == "A race"
    stands = after(pending(finding="A race"), Wanted(status="solved", resolution="code_fix"))
    assert stands.finding == "A race"
    assert after(stands, Wanted(status="open")).finding is None


def test_configuration_request_is_only_for_lumina() -> None:
    """The refusal names the chat or the ticket and its product. The product cannot change while the code stays."""
    wanted = Wanted(status="solved", resolution="configuration_request")
    assert refusal(ticket(), wanted, replace(FACTS, thing="chat")).message == (
        "Configuration request is only for Lumina. This chat is about Spectra OX."
    )
    assert refusal(ticket(product=None), wanted).message == (
        "Configuration request is only for Lumina. This ticket has no product."
    )
    standing = solved(resolution="configuration_request", product="Lumina")
    assert set(refusal(standing, Wanted(product="Spectra OX")).fields or {}) == {"product"}
    assert set(refusal(standing, Wanted(product=None)).fields or {}) == {"product"}
    assert after(standing, Wanted(product="Spectra OX", resolution="set_up")).product == "Spectra OX"
    assert after(standing, Wanted(product="Spectra OX", status="open")).resolution is None
    assert after(ticket(), Wanted(status="solved", resolution="configuration_request", product="Lumina")).resolution


def test_refusal_names_the_code_with_the_brand() -> None:
    refused = refusal(ticket(), Wanted(resolution="action_needed"), replace(FACTS, brand="Harbour"))
    assert refused.message == "Open has no resolution code. Leave it out, or solve the ticket."
    refused = refusal(ticket(), Wanted(status="fixed_pending_rca", resolution="void", workaround="Reload"),
                      replace(FACTS, brand="Harbour"))  # fmt: skip
    assert "Harbour action needed" in refused.message


def test_auto_solved_is_set_only_by_the_timer() -> None:
    """A person cannot choose it, even if it is set already. The timer sets it only on tickets that await a reply, and
    sets no other code."""
    waits = ticket(status="awaiting_reply", with_=None)
    auto = Wanted(status="solved", resolution="auto_solved")
    assert after(waits, auto, actor=SYSTEM).resolution == "auto_solved"
    assert "only be set by the system" in refusal(waits, auto).message
    assert "only be set by the system" in refusal(solved(resolution="auto_solved"), auto).message
    assert set(refusal(ticket(), auto, actor=SYSTEM).fields or {}) == {"resolution"}
    for code in CODES.keys() - {"auto_solved"}:
        wanted = Wanted(status="solved", resolution=code, duplicate_of=TWIN if code == "duplicate" else None)
        assert "resolution" in (refusal(waits, wanted, actor=SYSTEM).fields or {})
    assert refusal(pending(resolution="code_fix"), Wanted(status="solved", finding="x"), actor=SYSTEM).fields
    assert after(solved(resolution="auto_solved"), Wanted(subject="Kept")).resolution == "auto_solved"


def test_duplicate_must_name_another_ticket_without_a_ring() -> None:
    """Itself, a missing ticket, and a ticket that is indirectly a duplicate of this one are refused."""
    wanted = Wanted(status="solved", resolution="duplicate", duplicate_of=9)
    assert after(ticket(), wanted, replace(FACTS, survivors=[9, 12])).duplicate_of == 9
    assert "can't see it" in refusal(ticket(), wanted).message
    assert "through others" in refusal(ticket(), wanted, replace(FACTS, survivors=[9, 12, 7])).message
    itself = Wanted(status="solved", resolution="duplicate", duplicate_of=7)
    assert "itself" in refusal(ticket(), itself, replace(FACTS, survivors=[7])).message
    standing = solved(resolution="duplicate", duplicate_of=9)
    assert "itself" in refusal(standing, Wanted(duplicate_of=7), replace(FACTS, survivors=[7])).message
    assert "can't see it" in refusal(standing, Wanted(duplicate_of=10)).message
    assert set(refusal(standing, Wanted(duplicate_of=None)).fields or {}) == {"duplicate_of"}
    assert after(standing, Wanted(resolution="set_up")).duplicate_of is None


def test_team_change_drops_an_assignee_not_on_the_new_team() -> None:
    assert after(ticket(), Wanted(team="finance"), replace(FACTS, assignee=MAYA)).assignee is None
    both = replace(MAYA, teams=frozenset({"media", "finance"}))
    assert after(ticket(), Wanted(team="finance"), replace(FACTS, assignee=both)).assignee == "u1"
    stands = after(ticket(), Wanted(team="finance", assignee="u2"), replace(FACTS, assignee=PRIYA))
    assert (stands.team, stands.assignee) == ("finance", "u2")
    elsewhere = refusal(ticket(), Wanted(assignee="u2"), replace(FACTS, assignee=PRIYA))
    nobody = refusal(ticket(), Wanted(assignee="u9"), replace(FACTS, assignee=None))
    assert elsewhere.message == nobody.message == "There is no such person on Media."


def test_change_to_the_same_values_is_no_change() -> None:
    before = ticket()
    assert change(before, Wanted(), MAYA, NOW, FACTS) == (before, [])
    assert change(before, Wanted(status="open", product="Spectra OX"), MAYA, NOW, FACTS) == (before, [])


def test_customer_may_not_change_properties() -> None:
    """Whatever the change, the refusal points to replies."""
    assert refusal(ticket(), Wanted(status="open"), actor=Actor("customer", "v1")).code == "forbidden"


def test_chat_without_a_close_opens_a_ticket_without_a_code() -> None:
    """The ticket is assigned to the chat's agent, waits since the chat joined the queue, and its history begins with
    these values."""
    opening = Opening(
        channel="chat", team="media", requester=ANA, by=SYSTEM, at=NOW, created_at=NOW, chat="c1", assignee="u1",
        subject="  Dates ", waiting_since=NOW - 9_000,
    )  # fmt: skip
    stands, firsts = opened(opening, FACTS)
    assert (stands.status, stands.with_, stands.resolution, stands.assignee) == ("open", "support", None, "u1")
    assert (stands.subject, stands.waiting_since, stands.version) == ("Dates", NOW - 9_000, 1)
    assert firsts == [Change("status", None, "open"), Change("assignee", None, "u1")]
    assert stands.flags == [] and opened(replace(opening, requester=Requester("v1", None, None)), FACTS)[0].flags == [
        "no_address"
    ]


def test_undone_choice_of_a_status_needs_a_code_again() -> None:
    again = after(solved(), Wanted(status="open", needs_code=True))
    assert (again.status, again.resolution, again.flags) == ("open", None, ["needs_code"])
    assert after(again, Wanted(subject="Dates")).flags == ["needs_code"]
    assert after(again, Wanted(status="open")).flags == []
    assert after(again, Wanted(needs_code=False)).flags == []
    assert change(again, Wanted(status="awaiting_reply"), SYSTEM, NOW, FACTS)[0].needs_code is False


@pytest.mark.parametrize("before", [solved(), ticket(status="awaiting_reply", with_=None), ticket(chat=None)])
def test_need_of_a_code_without_an_open_ticket_of_a_chat_is_refused(before: Ticket) -> None:
    assert refusal(before, Wanted(needs_code=True)).fields == {
        "needs_code": "Only an open ticket that came from a chat can need a code."
    }


def test_opened_ticket_obeys_the_same_rules_at_version_one() -> None:
    """An agent's choice at the close is checked like a change and makes the first version."""
    opening = Opening(
        channel="chat", team="media", requester=ANA, by=MAYA, at=NOW, created_at=NOW, product="Spectra OX",
        wanted=Wanted(status="solved", resolution="set_up"),
    )  # fmt: skip
    stands, firsts = opened(opening, FACTS)
    assert (stands.version, stands.solved_at, stands.waiting_since) == (1, NOW, None)
    assert [first.field for first in firsts] == ["status", "resolution"]
    with pytest.raises(Refused, match="This chat is about Spectra OX"):
        opened(
            replace(opening, wanted=Wanted(status="solved", resolution="configuration_request")),
            replace(FACTS, thing="chat"),
        )
