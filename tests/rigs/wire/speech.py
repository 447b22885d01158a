"""What becomes a message on the wire rig, and what Discord refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.rigs.wire.records import Payload, Recorded, Reply
from tests.rigs.wire.world import World

LONGEST = 2000  # characters of a message
UNKNOWN_CHANNEL = Reply(404, {"message": "Unknown Channel", "code": 10003})
UNKNOWN_MESSAGE = Reply(404, {"message": "Unknown Message", "code": 10008})
EMPTY = Reply(400, {"message": "Cannot send an empty message", "code": 50006})
TOO_LONG = Reply(
    400,
    {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {
                "_errors": [
                    {
                        "code": "BASE_TYPE_MAX_LENGTH",
                        "message": f"Must be {LONGEST} or fewer in length.",
                    }
                ]
            }
        },
    },
)


class Speech:
    """The bot's messages, by whatever route they come."""

    def __init__(self, world: World) -> None:
        self.world = world

    def fault(self, call: Recorded, given: Payload) -> Reply | None:
        if len(given.get("content") or "") > LONGEST:
            return TOO_LONG
        kinds = ("content", "embeds", "components", "poll", "sticker_ids")
        return None if call.files or any(given.get(kind) for kind in kinds) else EMPTY

    def _parts(self, call: Recorded, given: Payload) -> Payload:
        """What a message takes over from the call that posts or edits it."""
        taken = {"content", "embeds", "components", "flags", "nonce"} & given.keys()
        parts = {key: given[key] for key in taken if given[key] is not None}
        if call.files:
            parts["attachments"] = [
                {
                    "id": str(self.world.new_id()),
                    "filename": name,
                    "size": size,
                    "url": f"http://127.0.0.1/{name}",
                    "proxy_url": f"http://127.0.0.1/{name}",
                }
                for name, size in call.files
            ]
        return parts

    def say(self, call: Recorded, given: Payload, channel: int, **more: Any) -> Payload:
        parts = self._parts(call, given) | more
        said = self.world.message(channel, self.world.bot, parts.pop("content", ""), **parts)
        self.world.said.append(said)
        return said

    def change(self, call: Recorded, message: Payload, given: Payload) -> Payload:
        edited = {"edited_timestamp": datetime.now(UTC).isoformat()}
        message.update(self._parts(call, given) | edited)
        return message

    def delete(self, message_id: int) -> Reply:
        message = self.world.messages.pop(message_id, None)
        if message is None:
            return UNKNOWN_MESSAGE
        self.world.said = [each for each in self.world.said if each is not message]
        return Reply(204)
