from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import pytest

from clock import from_rfc3339
from mail.incoming.addressing import mail_author
from tests.contract import Frame
from ticketing.custom_fields import CustomField
from ticketing.imported import Imported
from zendesk import imported_people
from zendesk.exported import ExportedTicket, ExportedUser, ExportedVia
from zendesk.import_map import FieldMap, ImportMap, faults_of
from zendesk.import_notes import note_of
from zendesk.imported_people import Desk, Facts, Unusable
from zendesk.importing import imported

NOW = from_rfc3339("2026-11-23T15:00:00Z")
USERS = {
    7: ExportedUser(7, "Ana Ruiz", "Ana@northlake.example", "end-user"),
    8: ExportedUser(8, "Priya", "priya@support.example", "agent"),
    9: ExportedUser(9, "Old Agent", "gone@support.example", "agent"),
    10: ExportedUser(10, "Ben", "ben@northlake.example", "end-user"),
    11: ExportedUser(11, "Wei", "wei@support.example", "end-user"),
}
MAP = ImportMap(
    team="tech",
    teams={"Escalations": "prod"},
    statuses={"on ice": "pending", "spam": "skip"},
    resolution=FieldMap(77, {"how_to": "support_question"}),
    product=FieldMap(78),
)


def desk(map_: ImportMap = MAP, here: Sequence[CustomField] = ()) -> Desk:
    names = {"media": "Media", "tech": "Tech", "prod": "Prod"}
    staff = {"priya@support.example": ("p1", "Priya"), "wei@support.example": ("p2", "Wei")}
    zone, days = "America/New_York", dict.fromkeys(names, 28)
    return Desk(map_, names, ["Lumina", "Spectra OX"], zone, days, staff, here=here)


def of(map_: ImportMap = MAP, here: Sequence[CustomField] = (), **fields: object) -> tuple[Imported, list[str]] | None:
    given = {"id": 35, "status": "open", "created_at": "2020-03-01T10:00:00Z", "requester_id": 7, **fields}
    ticket = msgspec.json.decode(msgspec.json.encode(given), type=ExportedTicket)
    facts = Facts(USERS, {500: "c1"}, {1: "Media", 2: "Escalations", 3: "Night shift"}, lambda html: html.upper())
    return imported(ticket, ticket.comments or [], desk(map_, here), facts, NOW)


def one(map_: ImportMap = MAP, here: Sequence[CustomField] = (), **fields: object) -> Imported:
    found = of(map_, here, **fields)
    assert found is not None
    return found[0]


def bodies(made: Imported) -> list[Frame]:
    return [msgspec.json.decode(event.body) for event in made.events]


def test_ticket_keeps_number_dates_people_and_words() -> None:
    made = one(
        subject=" Missing\nspots ",
        external_id="CRM-1",
        updated_at="2020-03-02T10:00:00Z",
        assignee_id=8,
        group_id=1,
        organization_id=500,
        priority="urgent",
        tags=["VIP", "two words"],
        email_cc_ids=[10, 8],
        via={"channel": "web"},
        satisfaction_rating={"score": "good"},
        custom_fields=[{"id": 78, "value": "Lumina"}, {"id": 1, "value": ["a"]}],
    )
    ticket = made.ticket
    assert (made.ref, ticket.number, ticket.subject, ticket.external_ref) == ("35", 35, "Missing spots", "CRM-1")
    assert (ticket.created_at, ticket.updated_at) == (
        from_rfc3339("2020-03-01T10:00:00Z"),
        from_rfc3339("2020-03-02T10:00:00Z"),
    )
    assert (ticket.requester.name, ticket.requester.email) == ("Ana Ruiz", "Ana@northlake.example")
    assert (ticket.assignee, ticket.team, ticket.client, ticket.product) == ("p1", "media", "c1", "Lumina")
    assert (ticket.priority, ticket.tags, ticket.channel, ticket.rating) == ("urgent", ("two-words", "vip"), "form", 5)
    assert [each.email for each in ticket.participants] == ["ben@northlake.example"]


@pytest.mark.parametrize(
    ("theirs", "tags", "ours", "with_"),
    [
        ("new", [], "open", "support"),
        ("open", [], "open", "support"),
        ("hold", [], "open", "product"),
        ("hold", ["fixed_pending_rca"], "fixed_pending_rca", None),
        ("pending", [], "awaiting_reply", None),
        ("on ice", [], "awaiting_reply", None),
        ("solved", [], "solved", None),
        ("closed", [], "solved", None),
    ],
)
def test_status_is_translated_and_no_waiting_clock_starts(
    theirs: str, tags: list[str], ours: str, with_: str | None
) -> None:
    ticket = one(status=theirs, tags=tags).ticket
    assert (ticket.status, ticket.with_, ticket.awaiting_since) == (ours, with_, None)
    assert (ticket.closed_at is not None) == (ours == "solved")


def test_pending_ticket_without_an_address_is_open() -> None:
    assert one(status="pending", requester_id=None).ticket.status == "open"


def test_solved_ticket_without_a_code_gets_the_chosen_code_or_a_tag() -> None:
    how_to = [{"id": 77, "value": "how_to"}]
    assert one(status="solved", custom_fields=how_to).ticket.resolution == "support_question"
    bare = one(status="solved").ticket
    assert (bare.resolution, bare.tags) == (None, ("imported-without-code",))
    chosen = msgspec.structs.replace(MAP, solved_as="no_issue")
    assert one(map_=chosen, status="solved").ticket.resolution == "no_issue"
    # Only for Lumina.
    lumina = msgspec.structs.replace(MAP, solved_as="configuration_request")
    assert one(map_=lumina, status="solved").ticket.resolution is None


def test_needed_field_that_is_empty_flags_the_ticket_and_keeps_no_ticket_out() -> None:
    needed = [CustomField(key="cause", kind="text", labels={"en": "Cause"}, needed_to_solve=True)]
    how_to = [{"id": 77, "value": "how_to"}]
    solved = one(here=needed, status="solved", updated_at="2026-11-20T15:00:00Z", custom_fields=how_to)
    assert (solved.ticket.status, solved.ticket.flags) == ("solved", ["fields_missing"])
    assert one(here=needed).ticket.flags == []


def test_solved_ticket_can_be_reopened_until_its_time_is_over() -> None:
    recent = one(status="solved", updated_at="2026-11-20T15:00:00Z", metric_set={"solved_at": "2026-11-19T15:00:00Z"})
    assert recent.ticket.solved_at == from_rfc3339("2026-11-19T15:00:00Z")
    assert recent.ticket.reopen_until == from_rfc3339("2026-12-18T04:59:59.999Z")
    assert recent.ticket.closed_at is None
    assert one(status="closed", updated_at="2026-11-20T15:00:00Z").ticket.closed_at is not None
    assert [(line.field, line.was, line.became) for line in recent.history] == [("status", "open", "solved")]


def test_comments_become_replies_and_notes_in_order() -> None:
    at = ("2020-03-01T10:00:00Z", "2020-03-01T11:00:00Z", "2020-03-01T12:00:00Z", "2020-03-01T13:00:00Z")
    comments = [
        {"created_at": at[2], "author_id": 9, "body": "Look", "public": False},
        {
            "created_at": at[0],
            "author_id": 7,
            "plain_body": "My card is 4111 1111 1111 1111",
            "body": "-",
            "public": True,
        },
        {
            "created_at": at[1],
            "author_id": 8,
            "html_body": "<p>Hi",
            "attachments": [{"id": 3, "file_name": "a.pdf"}],
            "public": True,
        },
        {"created_at": at[3], "author_id": 7, "body": "x" * 8_001, "public": True},
    ]
    made = one(comments=comments)
    events = bodies(made)
    assert [(event["type"], event["from"].get("id"), event["from"]["name"]) for event in events] == [
        # An erasure finds what somebody wrote by this id, also on the tickets of others.
        ("reply", mail_author("ana@northlake.example"), "Ana Ruiz"),
        ("reply", "p1", "Priya"),
        ("note", None, "Old Agent"),
        ("reply", mail_author("ana@northlake.example"), "Ana Ruiz"),
        ("reply", mail_author("ana@northlake.example"), "Ana Ruiz"),
    ]
    assert events[0]["text"] == "My card is •••• •••• •••• 1111"
    assert events[1]["text"] == "<P>HI\n[a.pdf: not in the export]"
    assert [len(event["text"]) for event in events[3:]] == [8_000, 1]
    assert [event.staff_only for event in made.events] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_public": True}, ("reply", "Ana Ruiz")),
        ({"is_public": False, "submitter_id": 9}, ("note", "Old Agent")),
        ({"submitter_id": 9}, ("note", "Old Agent")),
    ],
)
def test_ticket_without_comments_begins_with_its_description_public_only_if_the_ticket_is(
    fields: Frame, said: tuple[str, str]
) -> None:
    found = of(description="Help", **fields)
    assert found is not None
    assert [(event["type"], event["from"]["name"], event["text"]) for event in bodies(found[0])] == [(*said, "Help")]
    assert bool(found[1]) == (said[0] == "note")


def test_card_numbers_are_masked_and_texts_limited_wherever_they_stand() -> None:
    card = "4111 1111 1111 1111"
    ticket = one(
        subject=card, external_id=card, satisfaction_rating={"score": "bad", "comment": f"\0{card}" + "x" * 9_000}
    ).ticket
    assert ticket.subject == ticket.external_ref == "•••• •••• •••• 1111"
    comment = ticket.rating_comment or ""
    assert comment.startswith("•••• •••• •••• 1111x") and len(comment) == 8_000


def test_comment_that_does_not_say_that_it_is_public_is_a_note() -> None:
    assert [
        event.staff_only for event in one(comments=[{"created_at": "2020-03-01T10:00:00Z", "body": "?"}]).events
    ] == [True]


def test_number_that_no_database_can_hold_is_a_fault_of_the_row() -> None:
    with pytest.raises(msgspec.ValidationError):
        of(requester_id=2**63)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "limbo"}, "the status 'limbo' is not known"),
        ({"created_at": "yesterday"}, "created_at is 'yesterday'"),
        ({"created_at": "2031-01-01T00:00:00Z"}, "created_at is '2031-01-01T00:00:00Z', which is still to come"),
        ({"status": "solved", "updated_at": "9999-12-31T23:00:00Z"}, "updated_at is '9999"),
        ({"map_": ImportMap(), "group_id": 3}, "no team is known for the group Night shift"),
    ],
)
def test_ticket_that_cannot_be_imported_says_why(fields: Frame, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        of(**fields)


def test_what_is_not_taken_over_is_said_and_skipped_tickets_are_left_out() -> None:
    assert of(status="spam") is None
    assert of(status="deleted") is None
    found = of(assignee_id=9, group_id=3, priority="asap", custom_fields=[{"id": 78, "value": "Nova"}])
    assert found is not None
    assert [remark.split(":")[0] for remark in sorted(found[1])] == [
        "assignee gone@support.example is not staff here",
        "group Night shift is not named in the mapping",
        "priority 'asap' is not known",
        "product 'Nova' is not one of this desk",
    ]


def test_open_ticket_of_a_team_that_the_assignee_does_not_see_has_none() -> None:
    blind = replace(desk(), sees=lambda staff, team: (staff, team) != ("p1", "media"))
    ticket = {"id": 35, "created_at": "2020-03-01T10:00:00Z", "requester_id": 7, "assignee_id": 8, "group_id": 1}

    def assignee(status: str) -> str | None:
        read = msgspec.json.decode(msgspec.json.encode({**ticket, "status": status}), type=ExportedTicket)
        found = imported(read, [], blind, Facts(USERS, {}, {1: "Media"}, str), NOW)
        assert found is not None
        return found[0].ticket.assignee

    assert (assignee("open"), assignee("solved")) == (None, "p1")


def test_staff_follow_and_others_in_copy_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is a customer there and staff here follows."""
    given: Frame = {"follower_ids": [8, 9], "collaborator_ids": [8, 10, 11], "email_cc_ids": [10]}
    found = of(**given)
    assert found is not None
    made, remarks = found
    assert made.followers == ["p1", "p2"]
    assert [each.email for each in made.ticket.participants] == ["ben@northlake.example"]
    assert remarks == ["follower gone@support.example is not staff here: left out"]
    monkeypatch.setattr(imported_people, "FOLLOWERS_MAX", 1)
    found = of(**given)
    assert found is not None
    assert (found[0].followers, found[1][1:]) == (["p1"], ["1 followers more than a ticket can have: left out"])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"problem_id": 12}, "At Zendesk, this ticket was an incident of the problem #12."),
        (
            {"via": {"channel": "web", "source": {"rel": "follow_up", "from": {"ticket_id": 6, "subject": "A"}}}},
            "At Zendesk, this ticket was a follow-up of #6.",
        ),
        (
            {"due_at": "2020-04-01T10:00:00Z"},
            "At Zendesk, this ticket was a task that was due at 2020-04-01T10:00:00Z.",
        ),
        (
            {"satisfaction_rating": {"score": "bad", "comment": "My card: 4111 1111 1111 1111", "reason": "Slow"}},
            "The customer's comment on the rating: My card: •••• •••• •••• 1111\n\nThe reason for the rating: Slow",
        ),
        ({"subject": "y" * 201}, "The whole subject at Zendesk: " + "y" * 201),
    ],
)
def test_what_has_no_place_here_is_in_a_note_for_staff(fields: Frame, said: str) -> None:
    (note,) = bodies(one(**fields))
    assert (note["type"], note["text"]) == ("note", said)


@pytest.mark.parametrize("source", [None, "api", {"rel": "follow_up", "from": None}, {"from": {"ticket_id": 6}}])
def test_source_that_names_no_closed_ticket_is_no_follow_up(source: object) -> None:
    assert one(via={"channel": "web", "source": source}).events == []


@pytest.mark.parametrize("source", [b'{"rel": "\xff"}', b'{"x": ' + b"[" * 100_000, b"{"])
def test_source_that_cannot_be_read_does_not_end_the_import(source: bytes) -> None:
    via = ExportedVia(source=msgspec.Raw(source))
    ticket = ExportedTicket(35, "open", "2020-03-01T10:00:00Z", via=via)
    assert note_of(ticket, "", []) == ""


def test_list_that_is_null_is_empty() -> None:
    found = of(collaborator_ids=None, email_cc_ids=None, follower_ids=None, tags=None)
    assert found is not None
    assert (found[0].followers, found[0].ticket.participants, found[1]) == ([], (), [])


def test_number_that_is_too_large_is_not_kept() -> None:
    assert one(id=9_000_000_000).ticket.number == 0


def test_mapping_with_unknown_names_is_refused() -> None:
    wrong = ImportMap("x", {"A": "y"}, {"a": "b"}, "duplicate", FieldMap(1, {"a": "nope"}), FieldMap(2, {"a": "Nova"}))
    assert len(faults_of(wrong, ["media"], ["Lumina"])) == 6
    assert faults_of(MAP, ["media", "tech", "prod"], ["Lumina"]) == []
