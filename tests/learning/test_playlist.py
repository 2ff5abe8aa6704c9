from __future__ import annotations

from learning.catalogue import Resource
from learning.playlist import Playlist, newer


def test_newer_material_is_on_the_topics_and_neither_known_nor_declined() -> None:
    playlist = Playlist(id="x", owner="p", title="T", items=(1,), topics=("a",), declined=(2,), created_at=10)

    def resource(id_: int, topic: str = "a", at: int = 20, state: str = "published") -> Resource:
        made = Resource(source=str(id_), kind="video", title="t", address="/x", minutes=1, topics=(topic,))
        return Resource(
            **{**{n: getattr(made, n) for n in made.__slots__}, "id": id_, "created_at": at, "state": state}
        )

    found = newer(
        playlist,
        [resource(1), resource(2), resource(3), resource(4, "b"), resource(5, at=10), resource(6, state="withdrawn")],
    )
    assert [one.id for one in found] == [3]
