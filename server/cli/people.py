"""`switchboard user`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Email, Hours, Languages, fail, in_database, load_desk, load_settings

if TYPE_CHECKING:
    from identity.actor import Actor
    from server.settings import Settings
    from storage.ports import Tx

user = typer.Typer(help="Manage staff.", no_args_is_help=True, rich_markup_mode=None)


@user.command("add")
def user_add(
    email: Email,
    name: Annotated[str, typer.Option(help="Display name.")],
    role: Annotated[list[str], typer.Option(help="agent, supervisor, author, admin or auditor. Can be repeated.")],
    team: Annotated[list[str] | None, typer.Option(help="Key of a team. Can be repeated.")] = None,
    capacity: Annotated[int, typer.Option(min=0, max=50, help="How many chats at once.")] = 5,
    language: Languages = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a password from standard input.")
    ] = False,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Add a staff member."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from routing.adapters import store

    settings = load_settings(data=data, hours=hours)
    teams = [team.key for team in load_desk(settings).teams.values() if not team.retired]
    password_hash = password_hash_given(settings, name, email) if password_stdin else None

    def unit(tx: Tx) -> str:
        now = system_clock()
        person = Identity(SqlStore()).add_user(
            tx, email=email, name=name, role=role[0], also=role[1:], teams=team or [],
            known_teams=teams, now=now, password_hash=password_hash,
        )  # fmt: skip
        if person.converses:
            store.enrol(tx, person.id, now, capacity)
            store.set_languages(tx, person.id, language or [], now)
        return f"{person.name} <{person.email}> is {_described(person)}."

    print(in_database(settings, unit))
    if not password_stdin:
        print(f"To let them sign in, set a password: switchboard user password --email {email}")


@user.command("password")
def user_password(
    email: Email,
    keep_sign_on: Annotated[
        bool,
        typer.Option(
            "--keep-sign-on", help="Keep the link with single sign-on, or the invitation to sign in that way."
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Set a person's new password, read from standard input.

    Ends everything else that signs the person in: sessions, passkeys, and the link with single sign-on or the
    invitation to sign in that way. Does not revoke bearer tokens, and does not turn off one-time codes.
    """
    from clock import system_clock
    from identity.adapters.staff_links import SqlStaffLinkStore
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from identity.staff_sign_on import StaffSignOn

    settings, identity = load_settings(data=data), Identity(SqlStore())
    known = in_database(settings, lambda tx: identity.user_to_sign_in(tx, email))
    password_hash = password_hash_given(
        settings, known.name if known else None, email, was=known.password_hash if known else None
    )

    def unit(tx: Tx) -> list[str]:
        now = system_clock()
        passkeys = identity.set_password(tx, email, password_hash, now)
        removed = [f"{passkeys} passkey{'' if passkeys == 1 else 's'}"] if passkeys else []
        if keep_sign_on:
            return removed
        linked, invited = StaffSignOn(SqlStore(), SqlStaffLinkStore()).forget(tx, email, now)
        return removed + ["the single sign-on"] * linked + ["the invitation"] * invited

    removed = in_database(settings, unit)
    print(f"{email} has a new password and is signed out everywhere.")
    if removed:
        print(f"Removed: {', '.join(removed)}.")


@user.command("role")
def user_role(
    email: Email,
    role: Annotated[list[str], typer.Option(help="agent, supervisor, author, admin or auditor. Can be repeated.")],
    team: Annotated[
        list[str] | None, typer.Option(help="Key of a team; replaces their teams. Can be repeated.")
    ] = None,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Replace a person's roles and teams. The person keeps open chats, except when becoming an admin or author."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from routing.adapters import store
    from routing.agents import CAPACITY

    settings = load_settings(data=data, hours=hours)
    teams = [team.key for team in load_desk(settings).teams.values() if not team.retired]

    def unit(tx: Tx) -> str:
        now = system_clock()
        person = Identity(SqlStore()).set_role(tx, email, role[0], team or [], teams, now, also=role[1:])
        if person.converses and store.choice_of(tx, person.id) is None:
            store.enrol(tx, person.id, now, CAPACITY)
        return f"{person.name} <{person.email}> is {_described(person)} now."

    print(in_database(settings, unit))


@user.command("languages")
def user_languages(email: Email, language: Languages = None, data: Data = None) -> None:
    """Replace the languages that a person speaks. Colleagues see these languages when they transfer a chat."""
    from clock import system_clock
    from identity.actor import CONVERSING, SYSTEM
    from identity.adapters.store import SqlStore
    from identity.audit import line
    from identity.service import Identity
    from routing.adapters import store

    settings, spoken = load_settings(data=data), sorted(set(language or []))

    def unit(tx: Tx) -> str:
        now = system_clock()
        person = Identity(SqlStore()).known_user(tx, email)
        if person.role not in CONVERSING:
            fail(f"{person.name} is an {person.role}, who holds no chats.")
        before = store.set_languages(tx, person.id, spoken, now)
        if before != spoken:
            detail = {"languages": spoken, "was_languages": before}
            SqlStore().record(tx, line(SYSTEM, "set_languages", "user", person.id, detail, now))
        speaks = f"speaks {', '.join(spoken)}" if spoken else "has no languages"
        return f"{person.name} <{person.email}> {speaks} now."

    print(in_database(settings, unit))


@user.command("disable")
def user_disable(email: Email, data: Data = None) -> None:
    """Disable an account: ends sessions, tokens and connections. Open chats are requeued."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    settings = load_settings(data=data)
    person = in_database(settings, lambda tx: Identity(SqlStore()).disable(tx, email, system_clock()))
    print(f"{person.name} <{person.email}> is disabled.")


@user.command("sign-out")
def user_sign_out(
    email: Email,
    tokens: Annotated[bool, typer.Option("--tokens", help="Revoke their API tokens too.")] = False,
    data: Data = None,
) -> None:
    """Sign a person out everywhere. Their connections close within two seconds. The person can sign in again."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from identity.sessions import Sessions

    settings = load_settings(data=data)

    def unit(tx: Tx) -> str:
        person = Identity(SqlStore()).known(tx, email)
        count = Sessions(SqlStore()).end_all(tx, person, system_clock(), and_tokens=tokens)
        ended = f"{count} session{'' if count == 1 else 's'}{' and all tokens' if tokens else ''} ended"
        return f"{person.name} <{person.email}> is signed out: {ended}."

    print(in_database(settings, unit))


@user.command("totp")
def user_totp(
    email: Email,
    off: Annotated[
        bool, typer.Option("--off", help="Turn the second factor off, for example after a phone was lost.")
    ] = False,
    data: Data = None,
) -> None:
    """Show whether a person signs in with a second factor. --off turns it off and ends their sessions."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.people import sealer
    from identity.adapters.store import SqlStore
    from identity.second_factors import SecondFactors
    from identity.service import Identity

    settings = load_settings(data=data)
    second_factors = SecondFactors(SqlStore(), sealer(settings.secret_bytes()))

    def unit(tx: Tx) -> str:
        person = Identity(SqlStore()).known(tx, email)
        if off:
            second_factors.end(tx, person.id, SYSTEM, system_clock())
        asked = "with a password and a one-time code" if second_factors.is_on(tx, person.id) else "with a password only"
        return f"{person.name} <{person.email}> signs in {asked}."

    print(in_database(settings, unit))


@user.command("sign-on")
def user_sign_on(
    email: Email,
    off: Annotated[bool, typer.Option("--off", help="Unlink it.")] = False,
    data: Data = None,
) -> None:
    """Show whether a person signs in with single sign-on. --off unlinks it and ends their sessions."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.staff_links import SqlStaffLinkStore
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from identity.staff_sign_on import StaffSignOn

    links = SqlStaffLinkStore()

    def unit(tx: Tx) -> str:
        person = Identity(SqlStore()).known(tx, email)
        if off:
            StaffSignOn(SqlStore(), links).unlink(tx, person.id, SYSTEM, system_clock())
        link = links.link_of_user(tx, person.id)
        linked = f"is linked with {link.email or link.sub} of {link.issuer}" if link is not None else "is not linked"
        return f"{person.name} <{person.email}> {linked}."

    print(in_database(load_settings(data=data), unit))


@user.command("passkeys")
def user_passkeys(
    email: Email,
    remove: Annotated[str | None, typer.Option(help="Id of a passkey to remove.", metavar="ID")] = None,
    data: Data = None,
) -> None:
    """List the passkeys of a person. --remove removes one, and ends the sessions in which it was used."""
    from clock import rfc3339, system_clock
    from identity.actor import SYSTEM
    from identity.adapters.store import SqlStore
    from identity.passkeys import Passkey, Passkeys
    from identity.service import Identity

    store = SqlStore()
    passkeys = Passkeys(store, store)

    def line(one: Passkey) -> str:
        used = f"last used {rfc3339(one.last_used_at)}" if one.last_used_at is not None else "never used"
        return f"{one.id}  {one.name}  added {rfc3339(one.created_at)}, {used}"

    def unit(tx: Tx) -> str:
        person = Identity(store).known(tx, email)
        found = passkeys.of(tx, person)
        if remove is None:
            return "\n".join(map(line, found)) or f"{person.name} <{person.email}> has no passkeys."
        if remove not in {one.id for one in found}:
            fail(f"{person.email} has no passkey {remove[:80]!r}.")
        ended = passkeys.remove(tx, person, remove, system_clock(), by=SYSTEM).ended
        return f"Removed. {ended} session{'' if ended == 1 else 's'} ended."

    print(in_database(load_settings(data=data), unit))


def password_hash_given(settings: Settings, *names: str | None, was: str | None = None) -> str:
    """Read a password from standard input. Returns its hash.

    Exits if the password is too weak, is little more than words of `names`, or matches the hash `was` of the current
    password.
    """
    import getpass

    from identity.passwords import Passwords, check, words_of
    from refusals import Refused

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    try:
        check(password, words=settings.guessed_words | words_of(*names))
    except Refused as refused:
        fail(refused.message)
    passwords = Passwords()
    if was is not None and passwords.matches_now(password, was):
        fail("This is their current password. Choose another one.")
    return passwords.hash(password)


def _described(person: Actor) -> str:
    teams = f" of {', '.join(sorted(person.teams)) or 'all teams'}" if person.converses else ""
    named = [f"{'a' if role == 'supervisor' else 'an'} {role}" for role in person.roles]
    return f"{named[0]}{teams}" + "".join(f" and {one}" for one in named[1:])
