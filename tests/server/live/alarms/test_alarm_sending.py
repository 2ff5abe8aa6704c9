"""Alarms from the floor to a real HTTP receiver and a real SMTP sink."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from alarms.destination import KINDS, AlarmKind, Destination, NewDestination, Raised, Service
from alarms.pacing import EVERY_MS, GIVE_UP_MS, TEST_EVERY_MS
from chat.frames.floor import Alarm
from chat.frames.people import Staff
from clock import from_rfc3339, rfc3339
from identity.actor import SYSTEM
from refusals import Refused
from routing.adapters import alarm_store
from routing.adapters.alarm_store import Care, Cause
from server.live.alarms.alarm_admin import AlarmAdmin
from server.live.alarms.alarm_care import AlarmCare, told_since
from storage.ports import Tx
from tests.mail.sink import Sink, mail_sink
from tests.posting import text_of
from tests.running import RunningDesk, SettableClock, running
from tests.server.live.webhooks.test_delivery import Program, answer, program

FLOOR = "floor@support.example"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with mail_sink() as it:
        yield it


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock, sink: Sink) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock, egress_allow="127.0.0.1", smtp_url=sink.url) as started:
        yield started


@pytest.fixture
async def receiver() -> AsyncIterator[Program]:
    async with program() as it:
        yield it


async def destination(
    desk: RunningDesk,
    service: Service,
    address: str,
    team: str | None = None,
    kinds: Collection[AlarmKind] = KINDS,
) -> Destination:
    live = desk.desk
    wanted = NewDestination(name=f"{service} {team}", service=service, address=address, team=team, kinds=kinds)
    sending = live.mailroom.alarm_sending
    return await live.storage.write(lambda tx: sending.destinations.add(tx, wanted, live.clock()))


async def raised(desk: RunningDesk, kind: AlarmKind = "queue", team: str = "media", minutes: int = 3) -> None:
    """An alarm that began some minutes ago is stored, and sent if it is due."""
    live, now = desk.desk, desk.desk.clock()
    alarm = Raised(kind, team, now - minutes * 60_000)
    await live.storage.write(lambda tx: live.mailroom.alarm_sending.queue(tx, alarm, now))
    await settled(desk)


async def settled(desk: RunningDesk) -> None:
    await desk.desk.mailroom.alarm_sending.idle()
    await desk.desk.delivery.idle()


async def state(desk: RunningDesk) -> Destination:
    (found,) = await admin_of(desk).all(SYSTEM)
    return found


def admin_of(desk: RunningDesk) -> AlarmAdmin:
    live, settings = desk.desk, desk.settings
    sending = live.mailroom.alarm_sending
    return AlarmAdmin(
        live.storage,
        live.clock,
        sending.destinations,
        sending.notices,
        live.letters,
        live.delivery.wake,
        lambda: live.teams.by_key,
        live.egress,
        settings.egress_allow,
    )


def bodies(receiver: Program) -> list[str]:
    return [body.decode() for _, body in receiver.messages()]


async def test_alarm_is_posted_to_slack_with_team_kind_age_and_link(desk: RunningDesk, receiver: Program) -> None:
    await destination(desk, "slack", receiver.url)
    await raised(desk)
    ((headers, body),) = receiver.messages()
    assert headers["content-type"] == "application/json"
    text = json.loads(body)["text"]
    assert "Media: a wait in the queue is over the target, for 3 min" in text
    assert f"<{desk.settings.base_url}/floor|Open the floor>" in text
    assert not (await state(desk)).failing


async def test_alarm_is_posted_to_teams_as_a_card(desk: RunningDesk, receiver: Program) -> None:
    receiver.answers.append(answer(202))
    await destination(desk, "teams", receiver.url)
    await raised(desk, "unstaffed")
    (body,) = bodies(receiver)
    assert json.loads(body)["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert "Media: nobody is available, for 3 min" in body
    assert (await state(desk)).sent_at == desk.desk.clock()


async def test_alarm_is_mailed_as_a_letter_of_the_desk(desk: RunningDesk, sink: Sink) -> None:
    await destination(desk, "mail", FLOOR)
    await raised(desk, "first_reply")
    (envelope,) = sink.taken
    assert envelope.rcpt_tos == [FLOOR]
    letter = message_from_bytes(sink.contents[0], policy=default)
    assert letter["Subject"] == "Media: a first response is overdue, by 3 min"
    assert f"{desk.settings.base_url}/floor" in text_of(letter) and letter["Auto-Submitted"] == "auto-generated"


async def test_alarms_that_begin_within_a_minute_are_one_message(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    await destination(desk, "slack", receiver.url)
    await raised(desk)
    for kind in ("unstaffed", "closing"):
        await raised(desk, kind)
    assert len(bodies(receiver)) == 1
    clock.forward(EVERY_MS / 1000)
    await settled(desk)
    _, second = bodies(receiver)
    assert json.loads(second)["text"].startswith("*2 alarms*")


async def test_destination_that_answers_with_an_error_is_tried_again_and_then_fails_visibly(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    """The other destinations get the alarm at once. A redirect is not followed."""
    receiver.answers += [answer(302, more="Location: http://127.0.0.1/\r\n"), *[answer(404)] * 20]
    # On a slow machine the desk itself tells of teams that have nobody.
    await destination(desk, "slack", receiver.url, kinds=["queue"])
    async with program() as other:
        await destination(desk, "teams", other.url)
        await raised(desk)
        assert len(bodies(other)) == 1
    failing, works = await admin_of(desk).all(SYSTEM)
    assert (failing.failing, failing.error, works.failing) == (True, "Slack answered 302.", False)
    for _ in range(20):
        clock.forward(301)
        await settled(desk)
    failing, _ = await admin_of(desk).all(SYSTEM)
    assert (failing.lost, failing.due_at) == (1, None)
    assert failing.error == "Slack answered 404. The address may have been deleted there."


async def test_private_address_is_refused_without_a_call(desk: RunningDesk) -> None:
    """The desk checks it again when it sends, because the operator's list may have changed."""
    await destination(desk, "slack", "http://10.0.0.1/hooks")
    await raised(desk)
    found = await state(desk)
    assert (found.lost, found.due_at) == (1, None) and "does not call" in (found.error or "")


async def test_letter_that_the_mail_server_refuses_is_a_failure_of_the_destination(
    desk: RunningDesk, sink: Sink
) -> None:
    sink.refusals.append("550 No such mailbox")
    await destination(desk, "mail", FLOOR)
    await raised(desk)
    found = await state(desk)
    assert found.failing and "No such mailbox" in (found.error or "") and found.lost == 1
    assert found.sent_at is not None, "earlier letters may have arrived"


async def test_letter_that_waited_for_an_hour_is_not_sent(desk: RunningDesk, sink: Sink, clock: SettableClock) -> None:
    sink.refusals += ["451 Later"]
    await destination(desk, "mail", FLOOR)
    await raised(desk)
    clock.forward(GIVE_UP_MS / 1000 + 1)
    await settled(desk)
    assert sink.taken == [] and "for an hour" in ((await state(desk)).error or "")


@pytest.mark.parametrize("service", ["slack", "teams", "mail"])
async def test_test_message_is_sent_at_once(
    desk: RunningDesk, receiver: Program, sink: Sink, clock: SettableClock, service: Service
) -> None:
    added = await destination(desk, service, FLOOR if service == "mail" else receiver.url)
    assert await admin_of(desk).test(SYSTEM, added.id) is None
    await settled(desk)
    said = [text_of(message_from_bytes(one, policy=default)) for one in sink.contents] + bodies(receiver)
    assert len(said) == 1 and "Alarms of the floor arrive here." in said[0]
    with pytest.raises(Refused) as refused:
        await admin_of(desk).test(SYSTEM, added.id)
    assert refused.value.code == "rate_limited"
    receiver.answers.append(answer(500))
    clock.forward(TEST_EVERY_MS / 1000)
    if service != "mail":
        assert "answered 500" in (await admin_of(desk).test(SYSTEM, added.id) or "")
        assert (await state(desk)).failing


async def test_alarm_that_lasts_is_sent_once_and_again_after_it_came_back(
    desk: RunningDesk, receiver: Program, clock: SettableClock
) -> None:
    """The name of the customer, who is in the alarm, does not leave the desk. Muted alarms are not sent."""
    await destination(desk, "slack", receiver.url)
    live = desk.desk
    goal_ms = live.teams.patience("media").first_reply
    care = AlarmCare(clock, live.mailroom.alarm_sending.queue, lambda alarm: told_since(alarm) + goal_ms)
    alarm = Alarm(
        kind="first_reply",
        team="media",
        since=rfc3339(clock() - 2 * goal_ms),
        chat="c1",
        customer="Danielle",
        staff=Staff("m", "Maya"),
    )

    async def stored() -> int:
        def unit(tx: Tx) -> None:
            for change in care.take():
                change(tx)

        await live.storage.write(unit)
        clock.forward(EVERY_MS / 1000)
        await settled(desk)
        return len(bodies(receiver))

    care.raised(alarm)
    assert await stored() == 1
    assert f"overdue, by {(goal_ms + EVERY_MS) // 60_000} min" in bodies(receiver)[0]
    past = await live.storage.read(lambda tx: alarm_store.since(tx, 0, ["media"], 10))
    assert [from_rfc3339(alarm.since) + goal_ms] == [one.raised_at for one in past]
    assert await stored() == 1
    care.cleared(alarm)
    assert await stored() == 1
    care.raised(alarm)
    assert await stored() == 2
    care.set(
        Cause("first_reply", "media", "c1"), Care(muted_by="s", muted_until=clock() + 3_600_000), Staff("s", "Sue")
    )
    care.cleared(alarm)
    care.raised(alarm)
    assert await stored() == 2
    assert not any(name in body for body in bodies(receiver) for name in ("Danielle", "Maya", "c1"))
