"""Work for the model that isn't a question: it waits for its turn like one.

Nobody's buttons hold up everybody's answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.press import Interaction

if TYPE_CHECKING:
    from bot.client import ConcordBot

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_turn(
    interaction: Interaction, work: Callable[_P, _T], *args: _P.args, **more: _P.kwargs
) -> _T:
    """Do it for whoever pressed. Raises `Busy` where too many wait already."""
    bot: ConcordBot = interaction.client
    async with bot.desk.gate.turn(interaction.user.id):
        return await bot.off.answer(work, *args, **more)
