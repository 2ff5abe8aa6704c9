"""Django Channels with a consumer and a group for each chat, and with `Model.objects.create` for each message.

The pub/sub layer uses a Redis-compatible server on the same core. The application runs on uvicorn like the desk,
because uvicorn is faster than Channels' own server, daphne. SQLite does not flush its log for each message
(`synchronous=NORMAL`).
"""

from __future__ import annotations

import argparse

import django
import uvicorn
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.db import connection, models
from django.urls import path

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--database", required=True)
parser.add_argument("--redis", required=True, help="path of its Unix socket")
arguments = parser.parse_args()

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": arguments.database,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"},
        }
    },
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [f"unix://{arguments.redis}"]},
        }
    },
    INSTALLED_APPS=["channels"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    SECRET_KEY="a benchmark has no secrets",
)
django.setup()


class Message(models.Model):
    """A message of a chat."""

    chat = models.CharField(max_length=64, db_index=True)
    sender = models.CharField(max_length=64)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The names of the app and of the table."""

        app_label = "chat"
        db_table = "message"


@database_sync_to_async
def store(chat: str, sender: str, text: str) -> Message:
    """Write one message."""
    return Message.objects.create(chat=chat, sender=sender, text=text)


class Consumer(AsyncJsonWebsocketConsumer):
    """The connection of one side of a pair."""

    async def connect(self) -> None:
        self.side = self.scope["url_route"]["kwargs"]["side"]
        self.group = f"chat.{self.scope['url_route']['kwargs']['pair']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept(subprotocol="switchboard.v1")

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: dict[str, str]) -> None:
        message = await store(content["chat"], self.side, content["text"])
        at = message.at.isoformat(timespec="milliseconds")
        told = {"type": "message", "chat": message.chat, "seq": message.pk, "at": at, "text": message.text}
        await self.channel_layer.group_send(self.group, {"type": "chat.message", "from": self.side, "frame": told})
        await self.send_json({"type": "ok", "id": content["id"], "chat": message.chat, "seq": message.pk, "at": at})

    async def chat_message(self, event: dict[str, object]) -> None:
        if event["from"] != self.side:
            await self.send_json(event["frame"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("relay/<int:pair>/<str:side>", Consumer.as_asgi())])})

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Message)
    connection.close()
    assert get_channel_layer() is not None
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=arguments.port,
        ws="websockets-sansio",
        loop="uvloop",
        http="httptools",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
