"""`switchboard alarms`, as people run it."""

from __future__ import annotations

from tests.server.cli.place import Place

URL = "https://hooks.slack.com/services/T0/B0/kanarie7f3a"
ADD = ("alarms", "add", "--name", "Floor", "--service", "slack")


def test_destination_is_added_listed_and_removed(place: Place) -> None:
    """The address comes from standard input, and is stored encrypted. The audit does not have it."""
    assert place.done("alarms", "list") == "There are no destinations.\n"
    id_, said = place.done(*ADD, "--team", "media", "--kind", "queue", typed=f"{URL}\n").split("\t")
    assert said == "slack …7f3a\n"
    listed = place.done("alarms", "list")
    assert listed == f"{id_}\tslack …7f3a\tFloor\tmedia\tqueue\tsent never\tlast failure none\n"
    assert place.done("alarms", "remove", id_) == "No alarms are sent to Floor any more.\n"
    assert place.done("alarms", "list") == "There are no destinations.\n"
    stored = place.rows("select * from alarm_destinations")
    audit = place.rows("select verb, thing, thing_id, detail from audit")
    assert [(verb, thing, name) for verb, thing, name, _ in audit] == [
        ("add", "alarm_destination", id_),
        ("remove", "alarm_destination", id_),
    ]
    assert "kanarie7f3a" not in str([*stored, *audit])


def test_test_letter_is_queued_and_a_test_without_an_answer_fails(place: Place) -> None:
    mail = ("alarms", "add", "--name", "Lead", "--service", "mail")
    id_ = place.done(*mail, typed="floor@support.example\n").split("\t")[0]
    assert place.done("alarms", "test", id_) == "Sent.\n"
    assert place.rows("select kind, to_address, state from letters") == [("alarm", "floor@support.example", "waiting")]
    (said,) = place.refused("alarms", "test", "nobody")
    assert "no such destination" in said


def test_bad_destination_is_refused_without_its_address(place: Place) -> None:
    for words, typed in (
        (ADD, "https://evil.example/kanarie7f3a"),
        ((*ADD, "--team", "nobody"), URL),
        ((*ADD, "--kind", "storm"), URL),
        (("alarms", "add", "--name", "Floor", "--service", "irc"), URL),
    ):
        said = place.refused(*words, typed=f"{typed}\n")
        assert len(said) == 1 and "kanarie" not in said[0]
