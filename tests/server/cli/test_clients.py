"""`switchboard client`, as people run it."""

from __future__ import annotations

import json

import pytest

from tests.server.cli.place import Place


@pytest.fixture(scope="module")
def with_northlake(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where Northlake Media is a client, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("northlake"))
    place.done("client", "add", "--name", "Northlake Media", "--domain", "northlake.example")
    return place


def test_client_is_added_with_all_options(place: Place) -> None:
    """Also while the server runs. The actor in the audit is the system."""
    with place.serving():
        said = place.done(
            "client",
            "add",
            "--name",
            "  Northlake   Media ",
            "--domain",
            "Northlake.example",
            "--domain",
            "@northlake.example.org",
            "--account-team",
            "Accounts@desk.example",
            "--vip",
            "--product",
            "Lumina",
        )
    assert said == (
        "Northlake Media is a VIP client; its email domains are northlake.example, northlake.example.org.\n"
    )
    (client,) = place.rows("select name, account_team, vip, id from clients")
    audit = place.rows("select actor_kind, verb, thing, thing_id, detail from audit")
    assert client[:3] == ("Northlake Media", "accounts@desk.example", 1)
    ((kind, verb, thing, thing_id, detail),) = audit
    assert (kind, verb, thing, thing_id) == ("system", "add", "client", client[3])
    assert json.loads(detail) == {
        "domains": ["northlake.example", "northlake.example.org"],
        "vip": True,
        "products": ["Lumina"],
    }


def test_products_of_a_client_are_replaced(place: Place) -> None:
    place.done("client", "add", "--name", "Kestrel", "--product", "Lumina")
    said = place.done("client", "products", "--name", "kestrel", "--product", "Spectra DS", "--product", "Spectra OX")
    assert said == "Kestrel has Spectra DS, Spectra OX.\n"
    assert place.rows("select product from client_products order by 1") == [("Spectra DS",), ("Spectra OX",)]
    assert place.done("client", "products", "--name", "Kestrel") == "Kestrel has no products.\n"
    (detail,) = place.rows("select detail from audit where verb = 'change' order by id limit 1")
    assert json.loads(detail[0]) == {"products": ["Spectra DS", "Spectra OX"], "was_products": ["Lumina"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "Kestrel"), "There is no client 'Kestrel'."),
        (("--name", "Northlake Media", "--product", "Nova"), "There is no product 'Nova'."),
    ],
)
def test_wrong_products_are_refused(with_northlake: Place, words: tuple[str, ...], said: str) -> None:
    assert said in with_northlake.refused("client", "products", *words)[0]


def test_client_needs_only_a_name(shell: Place) -> None:
    assert shell.done("client", "add", "--name", "Kestrel") == "Kestrel is a client.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "NORTHLAKE  media"), "There already is a client NORTHLAKE media."),
        (
            ("--name", "Other", "--domain", "northlake.example"),
            "northlake.example already belongs to the client Northlake Media.",
        ),
        (
            ("--name", "Other", "--domain", "gmail.com"),
            "Anybody can have an address at gmail.com, so it cannot identify a client. Use the company's own domain.",
        ),
        (
            ("--name", "Other", "--domain", "north lake"),
            "'north lake' is not an email domain. Write it like company.example.",
        ),
        (
            ("--name", "Other", "--account-team", "nobody"),
            "'nobody' is not an email address. Write it like name@company.example.",
        ),
        (("--name", " "), "A client's name needs 1 to 200 printable characters."),
    ],
)
def test_bad_client_input_is_refused_in_one_sentence(with_northlake: Place, words: tuple[str, ...], said: str) -> None:
    """Names and domains that are taken or invalid. The exit status is 2."""
    assert with_northlake.refused("client", "add", *words) == [said]


def test_coordinator_is_made_and_ended(place: Place) -> None:
    """While the server runs, and audited. Somebody without an account, or without a client, cannot be one."""
    place.done("client", "add", "--name", "Northlake Media", "--domain", "northlake.example")
    for id_, email in (("a1", "danielle@northlake.example"), ("a2", "lee@elsewhere.example")):
        place.rows(
            "insert into accounts (id, kid, sub, email, email_verified, coordinator, created_at, last_seen_at) "
            f"values ('{id_}', 'own account', '{id_}', '{email}', 1, 0, 1, 1)"
        )
    said = place.done("client", "coordinator", "--email", "Danielle@northlake.example")
    assert said == "Danielle@northlake.example sees all requests of Northlake Media, in a second.\n"
    assert place.rows("select id from accounts where coordinator") == [("a1",)]
    place.done("client", "coordinator", "--email", "danielle@northlake.example", "--off")
    assert place.rows("select id from accounts where coordinator") == []
    details = place.rows("select detail from audit where verb = 'coordinate' order by id")
    assert [json.loads(detail) for (detail,) in details] == [
        {"coordinates": True, "was_coordinates": False},
        {"coordinates": False, "was_coordinates": True},
    ]
    for email, fault in (
        ("nobody@northlake.example", "No customer"),
        ("lee@elsewhere.example", "belongs to no client"),
    ):
        (told,) = place.refused("client", "coordinator", "--email", email)
        assert fault in told
