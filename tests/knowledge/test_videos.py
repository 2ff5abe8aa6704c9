from __future__ import annotations

import pytest

from knowledge.videos import Video, is_player, players_of, video_at

ON_YOUTUBE = Video(
    "youtube.com",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
)
ON_VIMEO = Video("vimeo.com", "https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1")
UNLISTED = Video(
    "vimeo.com", "https://vimeo.com/76979871/8272103f6e", "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e"
)


@pytest.mark.parametrize(
    ("address", "video"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42", ON_YOUTUBE),
        ("http://m.youtube.com/watch?v=dQw4w9WgXcQ", ON_YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", ON_YOUTUBE),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", ON_YOUTUBE),
        ("https://WWW.YouTube.com/shorts/dQw4w9WgXcQ/", ON_YOUTUBE),
        ("https://vimeo.com/76979871", ON_VIMEO),
        ("https://player.vimeo.com/video/76979871", ON_VIMEO),
        ("https://vimeo.com/76979871/8272103f6e", UNLISTED),
        ("https://player.vimeo.com/video/76979871?h=8272103f6e", UNLISTED),
    ],
)
def test_address_of_a_video_gives_its_page_and_its_player(address: str, video: Video) -> None:
    assert video_at(address) == video
    assert is_player(video.player) and not is_player(video.link)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example@notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=../../redirect",
        'https://youtu.be/"onload=alert(1)',
        "javascript://youtube.com/watch?v=dQw4w9WgXcQ",
        "//youtu.be/dQw4w9WgXcQ",
        "https://vimeo.com/channels/staffpicks",
        "https://[youtu.be/dQw4w9WgXcQ",
    ],
)
def test_other_address_is_no_video(address: str) -> None:
    assert video_at(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1",
        "https://www.youtube-nocookie.com.evil.example/embed/dQw4w9WgXcQ",
        "https://player.vimeo.com/video/1?dnt=1&h=../x",
        "https://evil.example/",
    ],
)
def test_other_address_is_no_player(address: str) -> None:
    assert not is_player(address)


def test_only_players_of_the_named_hosts_are_allowed() -> None:
    assert players_of(()) == []
    assert players_of(("vimeo.com",)) == ["https://player.vimeo.com"]
