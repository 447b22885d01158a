"""`/source add` beyond a single file: several at once, who may, taking back, leaving out."""

from __future__ import annotations

from tests.rigs.discord import (
    REFUSED,
    answer_in,
    button,
    fields,
    labels,
    pieces,
    said,
    select,
    text_of,
)
from tests.rigs.moderation import TIDES, Moderated, told, waiting
from tests.rigs.web import WebRig

MILL = "The mill of Corran ground oats until 1931, when a flood carried off its wheel. "
MONGOLIA = (
    "<!doctype html><html><head><title>On Mongolia</title></head><body><main><article>"
    "<h1>On Mongolia</h1><p>The capital of Mongolia is Ulaanbaatar, on the river Tuul, where half "
    "of the people of the country live.</p></article></main></body></html>"
)
NOT_HERE = "In this server only moderators propose sources."


# ---------------------------------------------------------------- several files
async def test_several_files_are_proposed_and_a_broken_one_costs_nothing(place: Moderated) -> None:
    world = place.world
    thanks = await place.propose(
        file2=("broken.pdf", b"%PDF-1.7 broken"),
        file3=("mill.txt", (MILL * 3).encode()),
        file4=("tides-again.md", TIDES.encode()),
        why="For the winter",
    )
    assert thanks.ephemeral
    first, broken, mill, again = said(thanks).split("\n\n")
    assert "Proposal 1: “Tides at Aldry”" in first and "Proposal 2: “mill”" in mill
    assert broken.startswith("broken.pdf: ") and "PDF" in broken
    assert again.startswith("tides-again.md: ") and "waits to be judged already" in again
    assert [(p.source.title, p.why) for p in waiting(place)] == [
        ("Tides at Aldry", "For the winter"),
        ("mill", "For the winter"),
    ]
    assert len(place.channel.history()) == 2
    assert labels(answer_in(thanks)) == ["Take back 1", "Take back 2"]
    assert "is taken back" in said(await world.press(world.alice, answer_in(thanks), "Take back 2"))
    assert [p.id for p in waiting(place)] == [1]


async def test_where_all_are_broken_each_is_told(place: Moderated) -> None:
    told_ = await place.propose(file=("a.pdf", b"%PDF-1.7 broken"), file2=("b.md", b""))
    assert "a.pdf: " in said(told_) and "b.md: " in said(told_) and "is empty" in said(told_)
    assert labels(answer_in(told_)) == [] and waiting(place) == []
    assert place.card is None


async def test_a_name_of_a_file_is_shown_literally(place: Moderated) -> None:
    told_ = said(await place.propose(file=("**a**.md", b""), file2=("b.md", b"")))
    assert r"\*\*a\*\*.md" in told_


async def test_an_address_or_files_not_both(place: Moderated) -> None:
    refused = await place.propose(address="https://example.org/")
    assert "an address or a file, not both" in said(refused)
    assert place.world.env.errors


# ---------------------------------------------------------------- who may
async def test_where_members_may_not_propose_no_way_is_open_to_them(place: Moderated) -> None:
    world = place.world
    form = await world.alice.slash(world.channel, "source add")
    panel = answer_in(await world.manager.slash(world.channel, "settings"))
    chosen = await world.manager.select(panel, ["no"], custom_id="s:settings:members_propose")
    assert "Saved" in said(chosen)
    message = await world.bob.send(world.channel, "On mills\n\n" + MILL * 4)
    refused = [
        await place.propose(),
        await world.alice.slash(world.channel, "source add"),
        await world.alice.slash(world.channel, "source add", address="https://example.org/"),
        await world.alice.context_menu(world.channel, "Propose as source", message),
        await world.alice.submit_modal(form, {"title": "Mills", "text": MILL, "why": ""}),
    ]
    for shown in refused:
        assert said(shown) == NOT_HERE and shown.modal is None
    assert waiting(place) == []
    assert world.env.errors


async def test_moderators_and_managers_may_all_the_same(place: Moderated) -> None:
    await place.choose(members_propose=False)
    assert "Proposal 1" in said(await place.propose(place.mod))
    form = await place.world.manager.slash(place.world.channel, "source add")
    assert form.modal is not None


# ---------------------------------------------------------------- taking back
async def test_a_proposal_is_taken_back_by_its_button(place: Moderated) -> None:
    world = place.world
    thanks = answer_in(await place.propose())
    assert labels(thanks) == ["Take back"]
    await world.restart()
    done = await world.press(world.alice, thanks, "Take back")
    assert said(done) == "Proposal 1 is taken back."
    assert labels(place.card) == [] and "Taken back" in text_of(place.card)
    assert waiting(place) == []
    assert "is retracted already" in said(await world.press(world.alice, thanks, "Take back"))
    assert "is retracted already" in said(await world.press_old(place.mod, "proposal-accept", 1))


async def test_one_that_was_judged_is_not_taken_back(place: Moderated) -> None:
    world = place.world
    thanks = answer_in(await place.propose())
    await place.press(place.mod, "Accept")
    assert "is accepted already" in said(await world.press(world.alice, thanks, "Take back"))
    assert "six metres" in await place.answer()


async def test_proposers_find_theirs_in_the_list_and_take_them_back(place: Moderated) -> None:
    world = place.world
    await place.propose()
    await place.propose(world.bob, file=("mill.txt", (MILL * 3).encode()))
    listed = answer_in(await world.alice.slash(world.channel, "source proposals"))
    assert listed.ephemeral and "Waiting to be judged: 1" in text_of(listed)
    assert "Tides at Aldry" in text_of(listed) and "mill" not in text_of(listed)
    assert labels(listed) == ["Take back 1"]
    assert not any("options" in p for p in pieces(listed)), "cards are for moderators"
    assert "is taken back" in said(await world.press(world.alice, listed, "Take back 1"))
    again = answer_in(await world.alice.slash(world.channel, "source proposals"))
    assert "Nothing is waiting" in text_of(again)
    assert [p.id for p in waiting(place)] == [2]


async def test_only_the_proposer_takes_back(place: Moderated) -> None:
    await place.propose()
    for who in (place.world.bob, place.mod):
        told_ = await place.world.press_old(who, "proposal-retract", 1)
        assert "Only whoever proposed it" in said(told_)
    assert len(waiting(place)) == 1 and "Accept" in labels(place.card)


async def test_moderators_open_any_card_from_the_list(place: Moderated) -> None:
    world = place.world
    await place.propose()
    await place.propose(place.mod, file=("mill.txt", (MILL * 3).encode()))
    listed = answer_in(await place.mod.slash(world.channel, "source proposals"))
    assert "Waiting to be judged: 2" in text_of(listed) and labels(listed) == ["Take back 2"]
    menu = select(listed, "s:proposal-open")
    assert [o["value"] for o in menu["options"]] == ["1", "2"]
    opened = await place.mod.select(listed, ["1"], custom_id=menu["custom_id"])
    assert opened.ephemeral and "Tides at Aldry" in said(opened)
    assert "is accepted" in said(await place.press(place.mod, "Accept", answer_in(opened)))
    assert labels(place.channel.history()[-2]) == [], "the card in the channel follows"


async def test_another_servers_proposals_are_not_listed(place: Moderated) -> None:
    world = place.world
    await place.propose()
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    alice = elsewhere.add_member(world.alice.user)
    for shown in (
        said(await alice.slash(channel, "source proposals")),
        said(await world.alice.user.slash("source proposals")),
    ):
        assert "Nothing is waiting" in shown and "Tides" not in shown


# ---------------------------------------------------------------- for a gap
async def test_a_source_is_proposed_for_a_question_without_an_answer(place: Moderated) -> None:
    world = place.world
    async with WebRig() as rig:
        await world.restart(fetch_allow_hosts=[rig.authority], fetch_delay_s=0)
        rig.page("/mongolia", MONGOLIA.encode())
        refusal = await world.ask(world.alice, REFUSED)
        await world.press(world.alice, refusal, "Send to the moderators")
        form = await place.press(world.manager, "Propose a source")
        await world.restart(fetch_allow_hosts=[rig.authority], fetch_delay_s=0)
        why = fields(form)["why"]["value"]
        values = {"address": f" {rig.url('/mongolia')} ", "why": why}
        thanks = await world.manager.submit_modal(form, values)
    assert "Proposal 1: “On Mongolia”" in said(thanks)
    (proposal,) = waiting(place)
    assert (proposal.why, proposal.proposer) == (REFUSED, f"discord:{world.manager.id}")
    assert REFUSED in text_of(place.card) and button(place.card, "Accept")
    effect = said(await place.press(place.mod, "Questions"))
    assert REFUSED in effect and "Ulaanbaatar" in effect
    await place.press(place.mod, "Accept")
    assert "Ulaanbaatar" in await place.answer("What is Mongolia's capital called?")
    assert "is accepted" in told(world.manager)[-1]


async def test_for_a_gap_too_only_those_propose_who_may(place: Moderated) -> None:
    world = place.world
    refusal = await world.ask(world.alice, REFUSED)
    await world.press(world.alice, refusal, "Send to the moderators")
    told = await place.press(world.bob, "Propose a source")
    assert told.modal is None and "for this server's moderators" in said(told)
    assert waiting(place) == []
