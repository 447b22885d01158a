"""The rig that checks requests to Discord: what discord.py makes passes, faults are found."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import discord
import pytest
import simcord
from discord import app_commands, ui
from hypothesis import given
from hypothesis import strategies as st

from tests.rigs.contract import Contract, check_requests
from tests.rigs.limits import V2, limit_problems

Body = dict[str, Any]
CALLBACK = "/interactions/12/token/callback"
MESSAGES = "/channels/123/messages"
COMMANDS = "/applications/1/commands"
ORIGINAL = "/webhooks/1/token/messages/@original"
QUIET = discord.AllowedMentions.none()


@pytest.fixture(scope="session")
def contract(shared: Path) -> Contract:
    path = shared / "discord" / "openapi.json"
    if not path.is_file():
        pytest.skip("Discord's description isn't in the folder `shared`")
    return Contract.load(path)


class Answer(ui.LayoutView):
    """A message as the bot lays it out, with a modal behind its button."""

    def __init__(self) -> None:
        super().__init__(timeout=60)
        again = ui.Button[Any](label="Ask on", custom_id="again")
        again.callback = self.again  # type: ignore[method-assign]
        source = ui.Button[Any](label="Source", url="https://example.org/1")
        card = ui.Container[Any](
            ui.TextDisplay("Peace is made [1]."),
            ui.Section(ui.TextDisplay("“A passage”"), accessory=source),
            ui.Separator(),
            ui.ActionRow(again),
            accent_colour=0x336699,
        )
        options = [discord.SelectOption(label="Short", value="short", default=True)]
        self.add_item(card)
        self.add_item(
            ui.ActionRow(ui.Select(custom_id="tone", options=options, placeholder="Tone"))
        )

    async def again(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Again())


class Again(ui.Modal, title="Ask on"):
    """A modal of both kinds of rows."""

    question: ui.Label[Any] = ui.Label(
        text="Question",
        description="What else?",
        component=ui.TextInput(custom_id="question", max_length=300),
    )
    tone: ui.Label[Any] = ui.Label(
        text="Tone",
        component=ui.Select(
            custom_id="tone",
            options=[discord.SelectOption(label="Short", value="short")],
            required=False,
        ),
    )
    note: ui.TextInput[Any] = ui.TextInput(label="Note", custom_id="note", required=False)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Answer())


class Bot(discord.Client):
    """A small bot that uses most ways of saying something."""

    def __init__(self, mentions: discord.AllowedMentions | None = QUIET) -> None:
        super().__init__(intents=discord.Intents.default(), allowed_mentions=mentions)
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(description="Asks the sources")
        @app_commands.describe(question="What you want to know", most="At most so many")
        async def ask(
            interaction: discord.Interaction, question: str, most: app_commands.Range[int, 1, 5] = 3
        ) -> None:
            await interaction.response.send_message(view=Answer())

        @ask.autocomplete("question")
        async def complete(_: discord.Interaction, begun: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{begun} is peace?", value="peace")]

        @self.tree.command(description="Thinks first")
        async def think(interaction: discord.Interaction) -> None:
            await interaction.response.defer(thinking=True, ephemeral=True)
            await interaction.edit_original_response(view=Answer())
            await interaction.followup.send("And more.", ephemeral=True)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            file = discord.File(io.BytesIO(b"sources"), "sources.txt")
            await message.reply("Here.", file=file, embed=discord.Embed(title="Sources"))


@dataclass(frozen=True)
class Sent:
    """A request as a test may record it."""

    method: str
    path: str
    json: Any = None


async def use(bot: Bot) -> list[simcord.HttpLogEntry]:
    """What the bot requested while somebody tried all of it."""
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        alice = guild.add_member(env.create_user("alice"))
        await alice.autocomplete(channel, "ask", "question", "What")
        asked = await alice.slash(channel, "ask", question="What is peace?")
        assert asked.response is not None
        shown = await alice.click(asked.response, custom_id="again")
        await alice.submit_modal(shown, {"question": "How is it kept?"})
        await alice.slash(channel, "think")
        await alice.send(channel, "Which sources?")
        return list(env.http_requests)


async def test_all_that_a_bot_sends_passes(contract: Contract) -> None:
    requests = await use(Bot())
    answers = [cast(Body, r.json) for r in requests if r.path.endswith("/callback")]
    assert {answer["type"] for answer in answers} == {4, 5, 7, 8, 9}
    assert any(ORIGINAL[-19:] in request.path for request in requests)
    assert check_requests(contract, requests) == []


async def test_a_bot_that_may_ping_is_found_out(contract: Contract) -> None:
    found = check_requests(contract, await use(Bot(mentions=None)))
    assert {line.split(": ", 1)[1].split(": ")[-1] for line in found} == {"no allowed_mentions"}
    assert len(found) == 5  # the answer, its update, the edited reply, what followed, the reply


async def test_what_the_classes_make_passes(contract: Contract) -> None:
    tree = Bot().tree
    commands = [command.to_dict(tree) for command in tree.get_commands()]
    message = {
        "components": Answer().to_components(),  # type: ignore[no-untyped-call]
        "flags": V2,
        "allowed_mentions": QUIET.to_dict(),
    }
    for method, path, body in (
        ("PUT", COMMANDS, commands),
        ("POST", COMMANDS, commands[0]),
        ("POST", MESSAGES, message),
        ("POST", CALLBACK, {"type": 9, "data": Again().to_dict()}),
    ):
        assert contract.problems(method, path, body) == []
        assert limit_problems(body) == []


@pytest.mark.parametrize(
    "path",
    [
        MESSAGES,
        f"/api/v10{MESSAGES}",
        f"/api{MESSAGES}?nonce=1",
        f"https://discord.com/api/v10{MESSAGES}/",
        "/webhooks/1/token?wait=true",
        "/lobbies/1/messages",
    ],
)
def test_paths_are_found(contract: Contract, path: str) -> None:
    assert contract.problems("POST", path, {"content": "Hello"}) == []


def test_literal_segments_go_before_placeholders(contract: Contract) -> None:
    for path, template in (
        (ORIGINAL, "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
        (
            "/webhooks/1/token/messages/2",
            "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        ),
        ("/users/@me", "/users/@me"),
    ):
        operation = contract.operation("PATCH", path)
        assert operation is not None
        assert operation.template == template


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", "/nowhere", {}, "no such path"),
        ("POST", "/channels//messages", {}, "no such path"),
        ("PUT", MESSAGES, {}, "no PUT on this path"),
        ("POST", MESSAGES, None, "body: missing"),
        ("DELETE", f"{MESSAGES}/1", {}, "body: none is described here"),
        ("POST", "/channels/None/messages", {"content": "x"}, "path: channel_id is no id: 'None'"),
        ("POST", MESSAGES, [], "body: [] is not of type 'object'"),
        ("POST", MESSAGES, {"content": "x" * 4001}, "content: 4001 characters, at most 4000"),
        ("POST", MESSAGES, {"flags": 1.5}, "flags: 1.5 is not of type 'integer', 'null'"),
        ("POST", MESSAGES, {"embeds": [{"url": "no url"}]}, "embeds[0].url: 'no url' is no uri"),
        (
            "POST",
            MESSAGES,
            {"embeds": [{"timestamp": "today"}]},
            "embeds[0].timestamp: 'today' is no date-time",
        ),
        ("POST", CALLBACK, {"type": 99}, "body: type 99 is none of 1, 4, 5, 6, 7, 8, 9, 12, 13"),
        ("POST", CALLBACK, {"type": 9}, "body: 'data' is a required property"),
        ("PUT", COMMANDS, [{"name": "x" * 33}], "[0].name: 33 characters, at most 32"),
        (
            "PUT",
            COMMANDS,
            [{"name": "x", "options": [{"type": 3, "name": "y"}]}],
            "[0].options[0]: 'description' is a required property",
        ),
        (
            "POST",
            CALLBACK,
            {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "v"}]}},
            "data.choices[0].name: 101 characters, at most 100",
        ),
    ],
)
def test_a_fault_is_told_in_one_line(
    contract: Contract, method: str, path: str, body: object, complaint: str
) -> None:
    assert contract.problems(method, path, body) == [complaint]


def test_of_alternatives_the_one_meant_is_reported(contract: Contract) -> None:
    def told(piece: Body) -> list[str]:
        return contract.problems("POST", MESSAGES, {"components": [piece]})

    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}
    where = "components[0].components[0].components[0]"
    row = {"type": 1, "components": [button]}
    assert told({"type": 17, "components": [row]}) == [f"{where}.label: 81 characters, at most 80"]
    button |= {"label": "x", "style": 7}
    assert told({"type": 17, "components": [row]}) == [
        f"{where}.style: 7 is none of 1, 2, 3, 4, 5, 6"
    ]
    assert told({"type": 18}) == ["components[0]: type 18 is none of 1, 9, 10, 12, 13, 14, 17"]
    button |= {"style": 1, "type": 9}
    assert told(row) == ["components[0].components[0]: type 9 is none of 2, 3, 5, 6, 7, 8"]


@given(number=st.integers())
def test_an_id_may_be_a_number(contract: Contract, number: int) -> None:
    for value in (number, str(number)):
        body = {"content": "x", "message_reference": {"message_id": value}}
        fits = number >= 0 and (number < 2**64 or isinstance(value, str))
        assert (contract.problems("POST", MESSAGES, body) == []) == fits


def test_requests_are_checked_by_both(contract: Contract) -> None:
    pieces = [{"type": 10, "content": "x" * 2001}] * 2
    wrong = {"content": "x", "flags": V2, "components": pieces, "allowed_mentions": {"parse": []}}
    assert check_requests(contract, [Sent("GET", "/nowhere")]) == []
    assert check_requests(contract, [Sent("DELETE", f"{MESSAGES}/1")]) == []
    assert check_requests(contract, [Sent("POST", "/channels/1/typing")]) == []
    for method, path, body in (
        ("POST", MESSAGES, wrong),
        ("PATCH", f"{MESSAGES}/1", wrong),
        ("POST", "/webhooks/1/token", wrong),
        ("PATCH", ORIGINAL, wrong),
        ("POST", CALLBACK, {"type": 4, "data": wrong}),
        ("POST", CALLBACK, {"type": 7, "data": wrong}),
    ):
        found = check_requests(contract, [Sent(method, path, body)])
        assert all(line.startswith(f"{method} {path}: ") for line in found)
        assert len(found) == 2
    assert check_requests(contract, [Sent("POST", MESSAGES, {})]) == [
        f"POST {MESSAGES}: message: nothing said"
    ]
    assert len(check_requests(contract, [Sent("PUT", COMMANDS, [{"name": "Ask Me"}])])) == 2
