"""Targets run in opened hours, pause while the requester is awaited, and say when they are late."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed

from msgspec.structs import replace

from ticketing.targets import NOTHING, Policy, Running, Service, Time, followed, policy_for

MINUTE = 60_000
TIME = Time("always", lambda start, end: end - start, lambda at, duration: at + duration)
HALF = Time("half", lambda start, end: (end - start) // 2, lambda at, duration: at + 2 * duration)
POLICY = Policy(id="p", name="All", first_reply=60, next_reply=30, resolution=240)


@dataclass(frozen=True)
class Asked:
    status: str = "open"
    created_at: int = 0
    awaiting_since: int | None = None
    service: Service = NOTHING
    team: str = "media"
    assignee: str | None = None


def _of(service: Service) -> dict[str, Running]:
    return {one.metric: one for one in service.running}


def _after(ticket: Asked, minutes: int, time: Time = TIME, policy: Policy | None = POLICY) -> Asked:
    return changed(ticket, service=followed(ticket, policy, time, minutes * MINUTE))


NEW = _after(Asked(service=NOTHING.asked(0)), 0)


def test_new_ticket_has_a_first_reply_and_a_resolution_that_are_due() -> None:
    found = _of(NEW.service)
    assert {metric: one.due for metric, one in found.items()} == {
        "first_reply": 60 * MINUTE,
        "resolution": 240 * MINUTE,
    }
    assert (NEW.service.due, NEW.service.warn) == (60 * MINUTE, 45 * MINUTE)
    assert not found["first_reply"].late(60 * MINUTE - 1) and found["first_reply"].late(60 * MINUTE)


def test_answer_meets_the_first_reply_and_a_question_starts_the_next_one() -> None:
    answered = _after(changed(NEW, service=NEW.service.answered(70 * MINUTE)), 70)
    first = _of(answered.service)["first_reply"]
    assert (first.met, first.breached, first.due) == (70 * MINUTE, True, None)
    asked = _after(changed(answered, service=answered.service.asked(80 * MINUTE)), 80)
    assert _of(asked.service)["next_reply"].due == 110 * MINUTE
    done = _after(changed(asked, service=asked.service.answered(90 * MINUTE)), 90)
    second = _of(done.service)["next_reply"]
    assert (second.met, second.breached) == (90 * MINUTE, False)
    again = _after(changed(done, service=done.service.asked(100 * MINUTE)), 100)
    assert _of(again.service)["next_reply"].due == 130 * MINUTE


def test_ends_of_targets_are_kept_with_team_and_assignee() -> None:
    answered = changed(NEW, service=NEW.service.answered(70 * MINUTE), assignee="p1")
    first = _after(answered, 70)
    asked = _after(changed(first, service=first.service.asked(80 * MINUTE), team="tech"), 80)
    done = _after(changed(asked, service=asked.service.answered(90 * MINUTE)), 90)
    solved = _after(changed(done, status="solved"), 100)
    again = _after(changed(_after(changed(solved, status="open"), 200), status="solved"), 2_000)
    assert [(one.metric, one.at // MINUTE, one.late, one.team, one.agent) for one in again.service.ended] == [
        ("first_reply", 70, True, "media", "p1"),
        ("next_reply", 90, False, "tech", "p1"),
        ("resolution", 100, False, "tech", "p1"),
        ("resolution", 2_000, True, "tech", "p1"),
    ]
    assert _after(again, 2_001).service is again.service


def test_targets_pause_while_the_requester_is_awaited() -> None:
    answered = changed(NEW, status="awaiting_reply", service=NEW.service.answered(40 * MINUTE))
    paused = _of(_after(answered, 40).service)["resolution"]
    assert (paused.due, paused.spent) == (None, 40 * MINUTE)
    back = changed(_after(answered, 40), status="open")
    assert _of(_after(back, 1_000).service)["resolution"].due == 1_200 * MINUTE
    late = _after(answered, 250).service
    assert (late.due, late.warn, _of(late)["resolution"].due) == (240 * MINUTE, None, None), "lists still find it"


def test_solving_meets_the_resolution_and_reopening_lets_it_go_on() -> None:
    solved = _after(changed(NEW, status="solved"), 100)
    assert solved.service.due is None and _of(solved.service)["resolution"].met == 100 * MINUTE
    opened = _of(_after(changed(solved, status="open"), 200).service)["resolution"]
    assert (opened.met, opened.due) == (None, 340 * MINUTE)


def test_other_hours_or_targets_move_the_due_times() -> None:
    assert _of(_after(NEW, 20, HALF).service)["first_reply"].due == 120 * MINUTE
    urgent = replace(POLICY, first_reply=10)
    late = _of(_after(NEW, 20, policy=urgent).service)["first_reply"]
    assert late.breached and late.due == 20 * MINUTE
    assert _after(NEW, 20).service is NEW.service
    assert _after(NEW, 20, policy=None).service.running == ()


def test_first_policy_that_fits_counts() -> None:
    vips = Policy(id="v", name="VIP", vips=True, teams=["media"])
    assert policy_for([vips, POLICY], "media", "normal", vip=True) is vips
    assert policy_for([vips, POLICY], "media", "normal", vip=False) is POLICY
    assert policy_for([replace(POLICY, priorities=["urgent"])], "media", "low", vip=False) is None
