"""Following the floor: `floor.follow`."""

from __future__ import annotations

from chat import wire
from chat.adapters.socket import SocketPeer, Transacted
from chat.frames.commands import Command
from chat.frames.staff_commands import FloorFollow
from identity.permissions import may
from refusals import Refused
from server.edge.commands.answers import FloorFollowed
from server.edge.peers import actor_of
from server.live.supervision.floor_followers import LEASE_MS, FloorFollowers


class FollowingFloor:
    def __init__(self, followers: FloorFollowers) -> None:
        self._followers = followers
        self.transacted: dict[type[Command], Transacted] = {FloorFollow: self.follow}

    async def follow(self, peer: SocketPeer, frame: FloorFollow) -> bytes:
        actor = actor_of(peer)
        if not may(actor, "supervise", "chats"):
            raise Refused("forbidden", "Only a supervisor can see the floor.")
        await self._followers.follow(peer, actor, frame.version)
        return wire.ok(frame.id, FloorFollowed(LEASE_MS // 1000))

    def left(self, peer: SocketPeer) -> None:
        self._followers.leave(peer)
