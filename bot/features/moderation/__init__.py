"""Sources from people: members propose them, a server's moderators judge them on cards."""

from bot.features.moderation.judging import Judging
from bot.features.moderation.proposing import Proposing
from bot.features.moderation.replying import Replying

__all__ = ["Judging", "Proposing", "Replying"]
