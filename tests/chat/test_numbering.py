from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat.events import Logged
from chat.numbering import Append, Duplicate, Head, number
from identity.actor import Actor
from refusals import Refused

CUSTOMER = Actor(kind="customer", id="v1", name="Danielle")
AGENT = Actor(kind="staff", id="a1", name="Priya", role="agent", teams=frozenset({"media"}))
COLLEAGUE = Actor(kind="staff", id="a2", name="Mateo", role="agent", teams=frozenset({"media"}))
SUPERVISOR = Actor(kind="staff", id="s1", name="Sofia", role="supervisor", teams=frozenset({"media"}))


def head(chat: str = "c1", state: str = "active", **facts: object) -> Head:
    base = Head(chat, "media", state, "v1", "a1", None, 2, 2, 0, None, None, None, None, None, 0)  # type: ignore[arg-type]
    for name, value in facts.items():
        setattr(base, name, value)
    return base


def append(actor: Actor, command: str, *, chat: str = "c1", note: bool = False, moment: int = 100) -> Append:
    whisper = "whispered" if note and actor.role == "supervisor" else None
    return Append(chat, actor, command, note, moment, "at", "said", whisper, None)


def silent(team: str) -> int:
    return 900


def test_seq_rises_by_one_and_prev_skips_notes() -> None:
    """Three events of one chat in one batch, with a note in the middle."""
    heads = {"c1": head()}
    outcomes, moved = number(
        [append(CUSTOMER, "1"), append(AGENT, "2", note=True), append(AGENT, "3")], heads, {}, silent
    )
    assert [(o.seq, o.public_prev, o.staff_only) for o in outcomes if isinstance(o, Logged)] == [
        (3, 2, False), (4, 3, True), (5, 3, False),
    ]  # fmt: skip
    assert moved == {"c1"} and (heads["c1"].last_seq, heads["c1"].last_public_seq) == (5, 5)


def test_known_command_is_a_duplicate_in_any_chat_state() -> None:
    """Ids are checked before anything else, even for closed and missing chats."""
    stored = Logged("c1", 2, 1, False, "at", "said", "v1", "1")
    for heads in ({"c1": head()}, {"c1": head(state="closed", ticket=7)}, {}):
        outcomes, moved = number([append(CUSTOMER, "1")], heads, {("v1", "1"): stored}, silent)
        assert outcomes == [Duplicate(stored)] and not moved


def test_the_same_id_twice_in_one_batch_is_stored_once() -> None:
    """The second is a duplicate of the first. The same id from another person is another command."""
    outcomes, _ = number([append(CUSTOMER, "1"), append(CUSTOMER, "1"), append(AGENT, "1")], {"c1": head()}, {}, silent)
    assert isinstance(outcomes[0], Logged) and outcomes[1] == Duplicate(outcomes[0])
    assert isinstance(outcomes[2], Logged) and outcomes[2].seq == 4


def test_account_chat_accepts_messages_from_all_its_devices() -> None:
    """Not from an unverified visitor. Command ids belong to the visitor."""
    one, other = Actor(kind="customer", id="v1", account="acc"), Actor(kind="customer", id="v2", account="acc")
    bare = Actor(kind="customer", id="v1")
    outcomes, _ = number(
        [append(one, "1"), append(other, "1"), append(bare, "2")], {"c1": head(customer="acc")}, {}, silent
    )
    assert [o.person for o in outcomes if isinstance(o, Logged)] == ["v1", "v2"]
    assert [o.code for o in outcomes if isinstance(o, Refused)] == ["not_found"]


def test_refused_append_does_not_affect_the_others() -> None:
    heads = {"c1": head(), "c2": head("c2", "closed", ticket=9)}
    outcomes, moved = number(
        [append(CUSTOMER, "1"), append(CUSTOMER, "2", chat="c2"), append(CUSTOMER, "3", chat="gone"),
         append(COLLEAGUE, "4"), append(AGENT, "5")],
        heads, {}, silent,
    )  # fmt: skip
    codes = [o.code if isinstance(o, Refused) else o.seq for o in outcomes if not isinstance(o, Duplicate)]
    assert codes == [3, "chat_closed", "not_found", "forbidden", 4]
    assert moved == {"c1"} and heads["c2"].last_seq == 2


def test_note_of_a_supervisor_who_is_not_the_agent_whispers() -> None:
    """The agent's own note is not a whisper, even if the agent is a supervisor."""
    outcomes, _ = number([append(SUPERVISOR, "1", note=True)], {"c1": head()}, {}, silent)
    assert isinstance(outcomes[0], Logged) and outcomes[0].body == "whispered"
    outcomes, _ = number([append(SUPERVISOR, "1", note=True)], {"c1": head(agent="s1")}, {}, silent)
    assert isinstance(outcomes[0], Logged) and outcomes[0].body == "said"


def test_messages_move_the_clocks_and_notes_do_not() -> None:
    heads = {"c1": head(reply_owed_since=50)}
    number([append(AGENT, "1", note=True)], heads, {}, silent)
    assert (heads["c1"].reply_owed_since, heads["c1"].silent_due_at) == (50, None)
    number([append(AGENT, "2")], heads, {}, silent)
    assert (heads["c1"].reply_owed_since, heads["c1"].first_reply_at, heads["c1"].silent_due_at) == (None, 100, 1000)
    assert heads["c1"].agent_reply_at == 100
    number([append(CUSTOMER, "3", moment=200)], heads, {}, silent)
    assert (heads["c1"].reply_owed_since, heads["c1"].silent_due_at) == (200, None)


def test_full_chat_accepts_only_staff_messages() -> None:
    """The message that fills it is the customer's last. Known ids get their first answer, and a closed chat is reported
    as closed."""
    said = len("said")
    heads = {"c1": head(size=100 - said), "c2": head("c2", "closed", size=100, ticket=9)}
    appends = [append(CUSTOMER, "1"), append(CUSTOMER, "2"), append(CUSTOMER, "1"), append(AGENT, "3")]
    appends += [append(AGENT, "4", note=True), append(SUPERVISOR, "5", note=True), append(CUSTOMER, "6", chat="c2")]
    outcomes, _ = number(appends, heads, {}, silent, 100)
    codes = [o.code if isinstance(o, Refused) else o.seq for o in outcomes if not isinstance(o, Duplicate)]
    assert codes == [3, "too_large", 4, 5, 6, "chat_closed"] and isinstance(outcomes[2], Duplicate)
    assert heads["c1"].size == 100 + 2 * said + len("whispered")
    known = {("v1", "2"): Logged("c1", 2, 1, False, "at", "said", "v1", "2")}
    assert number([append(CUSTOMER, "2")], heads, known, silent, 100)[0] == [Duplicate(known["v1", "2"])]


@given(
    st.lists(st.tuples(st.sampled_from([CUSTOMER, AGENT, COLLEAGUE]), st.integers(0, 20), st.booleans()), max_size=40)
)
def test_any_batch_leaves_a_log_without_gaps(commands: list[tuple[Actor, int, bool]]) -> None:
    heads = {"c1": head()}
    appends = [append(who, str(id_), note=note and who is not CUSTOMER) for who, id_, note in commands]
    outcomes, _ = number(appends, heads, {}, silent)
    stored = [outcome for outcome in outcomes if isinstance(outcome, Logged)]
    assert [event.seq for event in stored] == list(range(3, 3 + len(stored)))
    public = 2
    for event in stored:
        assert event.public_prev == public
        public = public if event.staff_only else event.seq
    assert len({(event.person, event.command) for event in stored}) == len(stored)
    assert (heads["c1"].last_seq, heads["c1"].last_public_seq) == (2 + len(stored), public)
