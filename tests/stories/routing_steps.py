"""Steps of the routing machine: commands, broken connections, time, changed hours, restarts."""

from __future__ import annotations

from identity.adapters.store import SqlStore
from identity.service import Identity
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.routing_place import CUSTOMERS, HOURS, STAFF, Person, RoutingPlace, doors
from tests.stories.routing_truth import WAITING


class RoutingSteps(RoutingPlace):
    """Each step takes three numbers from 0 to 7: which chat, which person, and a further choice."""

    # -- customers ------------------------------------------------------------------------------------

    def start(self, which: int, who: int, other: int) -> None:
        client = self._customer(self._idle(which)[0])
        self.do(
            (client, "chat.start", {"team": ("media", "media", "prod")[who % 3], "text": "SO-448210 takes no dates"})
        )

    def start_several(self, which: int, who: int, other: int) -> None:
        clients = [self._customer(number) for number in self._idle(which)[:4]]
        team = "prod" if who == 7 else "media"
        self.do(*((client, "chat.start", {"team": team, "text": "Hello"}) for client in clients))

    def _idle(self, which: int) -> list[int]:
        """The customers, those without an open chat first unless `which` is 7."""
        chatting = {self.owners[chat] for chat in self.states("queued", "offered", "active")}
        numbers = [(which + number) % CUSTOMERS for number in range(CUSTOMERS)]
        return numbers if which == 7 else sorted(numbers, key=lambda number: number in chatting)

    def end(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, WAITING if who % 2 else ("active",))
        self.do((self._owner(chat), "chat.end", {"chat": chat}))

    @property
    def _present(self) -> list[Person]:
        return [person for person in self.staff if person.lines]

    def _customer(self, number: int) -> Client:
        clients = self.customers[number]
        return clients[0] if clients else self.run(self.connect_customer(number))

    def _owner(self, chat: str) -> Client:
        return self._customer(self.owners.get(chat, 0))

    # -- staff ----------------------------------------------------------------------------------------

    def answer(self, which: int, who: int, other: int) -> None:
        """Everybody accepts or declines their offers in turn. Or somebody else answers one."""
        present = {person.id: person.lines[0] for person in self._present}
        rows = [self.known.chats[chat] for chat in self.states("offered")]
        answers = [
            (present[row.offered_to], ("chat.accept", "chat.decline")[(number + other) % 2], {"chat": row.id})
            for number, row in enumerate(rows)
            if row.offered_to in present
        ]
        if who and answers:
            self.do(*answers)
        else:
            self._asks("chat.decline" if other % 2 else "chat.accept", self.chat(which, ("offered",)), who)

    def close(self, which: int, who: int, other: int) -> None:
        self._asks("chat.close", self.chat(which, ("active",)), who, status="solved", resolution="support_question")

    def says(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, ("active",))
        if other % 2:
            self.do((self._owner(chat), "message.send", {"chat": chat, "text": "Line 3"}))
        else:
            self._asks("message.send", chat, who, text="Which line is it?")

    def pick(self, which: int, who: int, other: int) -> None:
        self._somebody_asks("chat.pick", self.chat(which, WAITING), who)

    def take(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, ("active", "queued"))
        sue = next((one for one in self._present if one.post.role == "supervisor"), None)
        if sue is not None and who % 4:
            self.do((sue.lines[0], "chat.take", {"chat": chat}))
        else:
            self._somebody_asks("chat.take", chat, who)

    def transfer_to_team(self, which: int, who: int, other: int) -> None:
        team = "sales" if other == 7 else ("media", "prod")[other % 2]
        self._asks("chat.transfer", self.chat(which, ("active",)), who, team=team, note="Knows the order")

    def transfer_to_colleague(self, which: int, who: int, other: int) -> None:
        """Mostly to somebody of its team, who first raises their capacity; else to anybody."""
        chat = self.chat(which, ("active",))
        row = self.known.chats.get(chat)
        able = [
            one
            for one in self.staff
            if one.lines and row is not None and one.id != row.agent and one.post.sees(row.team) and who
        ]
        colleague = (able or self.staff)[other % len(able or self.staff)]
        if able:
            roomy = {"status": "available", "capacity": 5, "paused": []}
            self.do((colleague.lines[0], "presence.set", roomy))
        self._asks("chat.transfer", chat, 1 + who % 7, staff=colleague.id)
        if able:
            usual = {"status": "available", "capacity": colleague.post.capacity}
            self.do((colleague.lines[0], "presence.set", usual))

    def _asks(self, type_: str, chat: str, who: int, **fields: object) -> None:
        """By the chat's agent, or the agent it is offered to, seven times of eight."""
        row = self.known.chats.get(chat)
        theirs = {row.agent, row.offered_to} if row is not None else set()
        wanted = [person for person in self._present if who and person.id in theirs] or self._present
        if wanted:
            self.do((wanted[who % len(wanted)].lines[0], type_, {"chat": chat, **fields}))

    def _somebody_asks(self, type_: str, chat: str, who: int) -> None:
        if present := self._present:
            self.do((present[who % len(present)].lines[0], type_, {"chat": chat}))

    def at_once(self, which: int, who: int, other: int) -> None:
        """All staff send the same command for one chat, and perhaps its customer ends it."""
        chat, type_ = self.chat(which, WAITING), ("chat.pick", "chat.accept", "chat.take", "chat.decline")[who % 4]
        asked = [(one.lines[0], type_, {"chat": chat}) for one in self._present]
        ends = other < 3
        if ends:
            asked.insert(other, (self._owner(chat), "chat.end", {"chat": chat}))
        answers = self.do(*asked)
        self.seen["at once"] += 1
        if type_ != "chat.take":
            # A supervisor may take a chat from the agent who has just taken it. Otherwise at most one succeeds.
            assert sum(answer["type"] == "ok" for answer in answers) <= 1 + ends, answers

    def astray(self, which: int, who: int, other: int) -> None:
        """A command for a closed, missing or foreign chat, or an unknown team."""
        over = self.chat(which, ("closed",)) if which else "no chat"
        live = self.chat(which, ("queued", "offered", "active"))
        present = self._present
        customer = self._customer(who % CUSTOMERS)
        anybody = present[who % len(present)].lines[0] if present else customer
        asked: tuple[Client, str, Frame]
        match other:
            case 0:
                asked = self._owner(over), "chat.end", {"chat": over}
            case 1 | 2:
                asked = customer, "chat.start", {"team": "sales", "text": "Hello"}
            case 3:
                asked = customer, "chat.wait", {"chat": live}
            case 4:
                asked = anybody, "message.send", {"chat": live, "text": "Not mine"}
            case 5 if present:
                asked = anybody, "chat.close", {"chat": live, "status": "open"}
            case 6 if present:
                asked = anybody, "presence.set", {"status": "available", "paused": ["sales"]}
            case _ if present:
                asked = anybody, "chat.take", {"chat": over}
            case _:
                asked = customer, "chat.end", {"chat": live}
        self.do(asked)

    def reads_along(self, which: int, who: int, other: int) -> None:
        """Colleagues note and resume, supervisors watch and redact, customers rate."""
        live, over = self.chat(which, ("queued", "offered", "active")), self.chat(which, ("closed",))
        if not self._present:
            self.run(self.connect_staff(self.staff[who % len(self.staff)]))
        present = self._present
        sue = next((one for one in present if one.post.role == "supervisor"), present[0]).lines[0]
        anybody = present[who % len(present)].lines[0]
        self.do(
            (sue, "chat.watch", {"chat": live}),
            (anybody if other % 2 else sue, "note.add", {"chat": live, "text": "Knows the order"}),
            (anybody, "chat.resume", {"chat": live, "after": 0}),
            (self._owner(over), "chat.rate", {"chat": over, "score": 1 + who % 5}),
            (sue, "message.redact", {"chat": over, "of": 2, "reason": "A card number"}),
        )
        self.do((sue, "chat.unwatch", {"chat": live}))

    # -- presence, lines, clocks, hours, servers ------------------------------------------------------

    def choose(self, which: int, who: int, other: int) -> None:
        if present := self._present:
            status = ("away", "offline")[other] if other < 2 else "available"
            paused = ["media"] if which == 7 else []
            chosen = {"status": status, "capacity": (1, 2, 1, 0)[which % 4], "paused": paused}
            self.do((present[who % len(present)].lines[0], "presence.set", chosen))

    def everybody_available(self, which: int, who: int, other: int) -> None:
        for person in self.staff:
            if not person.lines:
                self.run(self.connect_staff(person))
        self.do(*((one.lines[0], "presence.set", {"status": "available", "paused": []}) for one in self.staff))

    def line(self, which: int, who: int, other: int) -> None:
        """Somebody connects, perhaps with a second device, or disconnects."""
        if other % 2:
            person = self.staff[who % len(self.staff)]
            if which % 2 and len(person.lines) < 2:
                self.run(self.connect_staff(person))
            elif person.lines:
                self.run(self.place.cut(person.lines.pop()))
        else:
            clients = self.customers[who % CUSTOMERS]
            if which % 2 and len(clients) < 2:
                self.run(self.connect_customer(who % CUSTOMERS))
            elif clients:
                self.run(self.place.cut(clients.pop()))
        self.run(self.settled())

    def agent_vanishes(self, which: int, who: int, other: int) -> None:
        agent = self.known.chats[self.chat(which, ("active",))].agent
        for person in self.staff:
            while person.id == agent and person.lines:
                self.run(self.place.cut(person.lines.pop()))
        self._pass(61 if who % 4 else 59)

    def customer_leaves(self, which: int, who: int, other: int) -> None:
        clients = self.customers[self.owners[self.chat(which, WAITING)]]
        while clients:
            self.run(self.place.cut(clients.pop()))
        self._pass(121 if who % 4 else 119)

    def time_passes(self, which: int, who: int, other: int) -> None:
        self._pass((1, 31, 101, 200, 31, 101, 545, 7_300 if who == 7 else 905)[which])

    def _pass(self, seconds: int) -> None:
        self.place.clock.forward(seconds)
        self.run(self.settled())

    def a_silence(self, which: int, who: int, other: int) -> None:
        """The agent writes last, and time passes."""
        self._asks("message.send", self.chat(which, ("active",)), 1, text="Which line is it?")
        self._pass(610)
        if other:
            self._pass(295)

    def closing_time(self, which: int, who: int, other: int) -> None:
        """A team closes in ten minutes. Every other waiting customer chooses to stay. Then it is closed."""
        chat = self.chat(which, WAITING)
        team = self.known.chats[chat].team
        self.hours |= {f"{team}_doors": doors("closing", self.place.clock())}
        self.run(self._hours_change())
        stay = [row.id for row in self.known.line(team)][other % 2 :: 2]
        if stay:
            self.do(*((self._owner(one), "chat.wait", {"chat": one}) for one in stay))
        self._pass(601)
        self.do((self._customer(who % CUSTOMERS), "chat.start", {"team": team, "text": "Hello"}))
        if other > 3:
            self._pass(901)
        self.hours |= {f"{team}_doors": doors("always", 0)}
        self.run(self._hours_change())

    def offers(self, which: int, who: int, other: int) -> None:
        """Each team offers chats from now on, or assigns them."""
        self.hours |= {
            "media_assign": "offer" if which % 2 else "auto",
            "prod_assign": "offer" if which > 3 else "auto",
            "wrap_up_s": 45 if who else 0,
        }
        self.run(self._hours_change())

    def hours_change(self, which: int, who: int, other: int) -> None:
        kinds = ("always", "always", "closing", "never")
        self.hours |= {
            "media_doors": doors(kinds[which % 4], self.place.clock()),
            "prod_doors": doors(kinds[who % 4], self.place.clock()),
            "retired": ", retired: true, successor: media" if other == 0 else "",
        }
        self.run(self._hours_change())

    async def _hours_change(self) -> None:
        text = HOURS.format(**self.hours)
        if text != self.place.hours.read_text():
            await self.place.rewrite_hours(text)
            self.seen["hours changed"] += 1
        await self.settled()

    def the_clock_jumps(self, which: int, who: int, other: int) -> None:
        """By an hour, ahead and back or the other way round. That alone moves no chat."""
        for hour in (3_600, -3_600) if which % 2 else (-3_600, 3_600):
            self.run(self.settled())
            before = self._open_teams()
            self.seen["an hour ahead" if hour > 0 else "an hour back"] += 1
            self.place.clock.jump(hour)
            self.run(self.settled())
            moved = [
                event for event in self.known.fresh if event["type"] in ("chat.left", "chat.queued", "chat.closed")
            ]
            # A team may have opened, so that chats overflow to it.
            assert not moved or self._open_teams() != before, f"as the clock jumped: {moved}"
            if other % 2:
                self._pass(31)

    def _open_teams(self) -> set[str]:
        desk, now = self.place.desk.teams.desk, self.place.clock()
        return {team for team in desk.teams if desk.hours_of(team).is_open(now)}

    def disabled(self, which: int, who: int, other: int) -> None:
        """An account is disabled during a command. Somebody else of the same teams comes."""
        self.run(self._disabled(self.staff[which % len(STAFF)]))

    def restart(self, which: int, who: int, other: int) -> None:
        """The server is down for a while. Most people return at once."""
        self.run(self._restart((0, 0, 61, 4_000)[which % 4]))

    async def _disabled(self, person: Person) -> None:
        email = f"{person.name.lower()}@desk.example"
        identity = Identity(SqlStore())
        await self.place.desk.storage.write(lambda tx: identity.disable(tx, email, self.place.clock()))
        self.seen["disabled"] += 1
        if person.lines:
            await person.lines[0].ask("presence.set", status="available")
        await self.place.show_out()
        await self.settled()
        assert all(line.line.closed == 4010 for line in person.lines), "their lines are closed"
        person.lines.clear()
        self.staff.remove(person)
        await self.enrol(f"{person.name}-2", person.post)
        await self.settled()

    async def _restart(self, away_s: int) -> None:
        await self.place.close()
        for person in self.staff:
            person.lines.clear()
        for clients in self.customers:
            clients.clear()
        self.place.clock.forward(away_s)
        await self.place.open()
        self.watch()
        self.seen["restart"] += 1
        await self.settled()
        for person in self.staff[1:]:
            await self.connect_staff(person)
        for customer in range(3):
            await self.connect_customer(customer)
        await self.settled()
