"""Sources from people: members propose them, a server's moderators judge and look after them."""

from bot.features.moderation.commands import SourceCommands
from bot.features.moderation.following import Following
from bot.features.moderation.judging import Judging
from bot.features.moderation.replying import Replying

__all__ = ["Following", "Judging", "Replying", "SourceCommands"]
