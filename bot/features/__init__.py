"""One file a feature; each is a cog that brings its commands and says what its buttons do."""

from bot.features.about import About
from bot.features.ask import Ask
from bot.features.conversation import Conversation
from bot.features.define import Define
from bot.features.feedback import FeedbackButtons
from bot.features.help import Help
from bot.features.moderation import Judging, Proposing, Replying
from bot.features.privacy import PrivacyPanel
from bot.features.receipts import Receipts
from bot.features.scorecard import ScorecardPanel
from bot.features.server_settings import SettingsPanel
from bot.features.sources import Sources

FEATURES = (
    Ask,
    Conversation,
    Define,
    Sources,
    Help,
    About,
    PrivacyPanel,
    ScorecardPanel,
    SettingsPanel,
    Receipts,
    FeedbackButtons,
    Proposing,
    Judging,
    Replying,
)

__all__ = ["FEATURES"]
