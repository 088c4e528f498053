"""Commands, buttons and dialogs between people and the real discord.py, with their deadlines."""

from __future__ import annotations

from typing import Any

import pytest

from .server import LocalDiscord
from .sockets_client import Bot, app_commands, discord, running, until


class Asking(Bot):
    """A bot with one of everything."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.asked: list[discord.Interaction] = []
        self.add_commands()

    def add_commands(self) -> None:
        @self.tree.command(name="ask", description="Ask something")
        async def ask(
            interaction: discord.Interaction,
            question: app_commands.Range[str, 1, 20],
            private: bool = False,
            attachment: discord.Attachment | None = None,
        ) -> None:
            self.asked.append(interaction)
            await interaction.response.defer(ephemeral=private, thinking=True)
            read = (await attachment.read()).decode() if attachment else ""
            await interaction.edit_original_response(content=f"{question}! {read}".strip())
            await interaction.followup.send("and more", ephemeral=private)

        @self.tree.command(name="weather", description="The weather")
        async def weather(interaction: discord.Interaction, place: str) -> None:
            self.asked.append(interaction)  # and never answers

        @weather.autocomplete("place")
        async def places(
            interaction: discord.Interaction, current: str
        ) -> list[app_commands.Choice[str]]:
            found = [p for p in ("Paris", "Parma", "Rome") if p.startswith(current)]
            return [app_commands.Choice(name=p, value=p) for p in found]

        @self.tree.context_menu(name="Ask about this")
        async def about(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_modal(Question(message.content))


class Question(discord.ui.Modal, title="Your question"):
    question = discord.ui.TextInput(label="Question", custom_id="question", max_length=50)

    def __init__(self, about: str) -> None:
        super().__init__(custom_id="ask")
        self.about = about

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{self.question.value} ({self.about})")


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Stop", custom_id="stop")
    async def stop_it(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.edit_message(content="stopped", view=None)

    @discord.ui.button(label="Tell", custom_id="tell")
    async def tell(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.send_message("only you", ephemeral=True)

    @discord.ui.button(label="Never", custom_id="never", disabled=True)
    async def never(self, interaction: discord.Interaction, button: Any) -> None:
        raise AssertionError


async def test_a_command_that_defers_is_answered_by_edit_and_follow_up(
    server: LocalDiscord,
) -> None:
    async with running(server, Asking()):
        outcome = await server.runs("general", "alice", "ask", question="why")
        assert outcome.acknowledged
        assert outcome.deferred
        assert outcome.seconds is not None
        await server.wait_for(lambda: len(outcome.public) == 2)
        assert [m.content for m in outcome.public] == ["why!", "and more"]
        assert [text for _, text in outcome.seen] == ["", "why!", "and more"]
        first = server.messages("general")[-2]
        assert (first.type, first.edited_at) == (20, None)
        assert first.interaction["name"] == "ask"


async def test_a_private_answer_is_seen_by_one_person_and_told_to_the_bot_as_if_direct(
    server: LocalDiscord,
) -> None:
    bot = Asking()
    async with running(server, bot):
        before = len(server.messages("general"))
        outcome = await server.runs("general", "alice", "ask", question="why", private=True)
        assert outcome.ephemeral
        await server.wait_for(lambda: len(outcome.private) == 2)
        assert len(server.messages("general")) == before
        await until(lambda: len(bot.messages) == 2)
        assert bot.messages[0].guild is None


async def test_a_file_reaches_a_command(server: LocalDiscord) -> None:
    async with running(server, Asking()):
        file = ("a b.txt", b"contents")
        outcome = await server.runs("general", "alice", "ask", question="q", attachment=file)
        await server.wait_for(lambda: outcome.text.startswith("q! contents"))


async def test_locale_permissions_and_size_limit_come_with_it(server: LocalDiscord) -> None:
    bot = Asking()
    async with running(server, bot):
        await server.runs("general", "alice", "ask", question="q", locale="zh-CN")
        got = bot.asked[0]
        assert str(got.locale) == "zh-CN"
        assert got.guild_id == int(server.place("general").guild_id)
        assert got.permissions.send_messages
        assert got.app_permissions.send_messages
        assert got.filesize_limit == 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("command", "options", "error"),
    [
        ("ask", {}, ValueError),
        ("ask", {"question": "x" * 21}, ValueError),
        ("ask", {"question": 5}, TypeError),
        ("ask", {"question": "q", "other": 1}, LookupError),
        ("sing", {}, LookupError),
    ],
)
async def test_what_the_client_would_not_send_never_reaches_the_bot(
    server: LocalDiscord, command: str, options: dict[str, Any], error: type[Exception]
) -> None:
    bot = Asking()
    async with running(server, bot):
        with pytest.raises(error):
            await server.runs("general", "alice", command, **options)
        assert bot.asked == []


async def test_a_command_without_an_answer_fails_after_three_seconds(
    server: LocalDiscord,
) -> None:
    bot = Asking()
    async with running(server, bot):
        running_ = await server.runs("general", "alice", "weather", place="Rome", wait=False)
        await until(lambda: bot.asked)
        server.clock.advance(3)
        await server.wait_for(lambda: running_.error)
        assert running_.error == "The application did not respond"
        with pytest.raises(discord.NotFound, match="10062"):
            await bot.asked[0].response.send_message("too late")


async def test_autocomplete_offers_what_fits(server: LocalDiscord) -> None:
    async with running(server, Asking()):
        typed = await server.types("general", "alice", "weather", "place", place="Par")
        assert [choice["name"] for choice in typed.choices] == ["Paris", "Parma"]


async def test_a_message_command_opens_a_dialog_and_its_submission_is_answered(
    server: LocalDiscord,
) -> None:
    async with running(server, Asking()):
        message = await server.user_posts("general", "bob", "some text")
        opened = await server.chooses(message, "Ask about this", "alice")
        assert opened.modal.title == "Your question"
        with pytest.raises(ValueError, match="at least 1"):
            await server.submits(opened.modal, {"question": ""})
        done = await server.submits(opened.modal, {"question": "what is it"})
        assert done.text == "what is it (some text)"


async def test_buttons_change_their_message_or_answer_in_private(server: LocalDiscord) -> None:
    bot = Asking()
    async with running(server, bot):
        channel = bot.get_channel(int(server.place("general").id))
        await channel.send("growing", view=Buttons())
        shown = server.messages("general")[-1]
        told = await server.presses(shown, "Tell", "bob")
        assert [m.content for m in told.private] == ["only you"]
        with pytest.raises(LookupError, match="disabled"):
            await server.presses(shown, "Never", "bob")
        with pytest.raises(LookupError, match="no button"):
            await server.presses(shown, "Dance", "bob")
        stopped = await server.presses(shown, "stop", "alice")
        assert stopped.acknowledged
        assert (shown.content, shown.components) == ("stopped", [])
        with pytest.raises(LookupError):
            await server.presses(shown, "Stop", "alice")


async def test_a_token_ends_after_fifteen_minutes(server: LocalDiscord) -> None:
    bot = Asking()
    async with running(server, bot):
        outcome = await server.runs("general", "alice", "ask", question="q")
        await server.wait_for(lambda: len(outcome.messages) == 2)
        server.clock.advance(901)
        with pytest.raises(discord.HTTPException) as caught:
            await bot.asked[0].followup.send("too late")
        assert (caught.value.status, caught.value.code) == (401, 50027)


async def test_a_message_command_shows_the_text_without_the_message_content_intent(
    server: LocalDiscord,
) -> None:
    server.application.flags = 0
    bot = Asking(intents=discord.Intents(guilds=True, guild_messages=True))
    async with running(server, bot):
        message = await server.user_posts("general", "bob", "some text")
        await until(lambda: bot.texts == [""])
        opened = await server.chooses(message, "Ask about this", "alice")
        done = await server.submits(opened.modal, {"question": "what"})
        assert done.text == "what (some text)"


async def test_of_two_processes_one_may_answer(server: LocalDiscord) -> None:
    first, second = Asking(), Asking()
    async with running(server, first), running(server, second):
        outcome = await server.runs("general", "alice", "weather", place="Rome", wait=False)
        await until(lambda: first.asked and second.asked)
        await first.asked[0].response.send_message("mine")
        with pytest.raises(discord.HTTPException, match="40060"):
            await second.asked[0].response.send_message("mine, too")
        assert outcome.text == "mine"


async def test_an_app_that_people_carry_with_them_answers_in_strange_servers_and_groups(
    server: LocalDiscord,
) -> None:
    bot = Asking()
    everywhere = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    bot.tree.allowed_contexts = everywhere
    bot.tree.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    bot.tree.clear_commands(guild=None)
    bot.add_commands()
    dave = server.person("dave")
    server.application.installed_by.add(dave.id)
    strange = server.text_channel("lobby", guild=server.open_guild("Other", "dave", with_bot=False))
    group = server.direct(dave.id, server.person("alice").id, server.person("bob").id)
    async with running(server, bot):
        for place, context in ((strange, 0), (group, 2), (server.dm("dave"), 1)):
            outcome = await server.runs(place, "dave", "ask", question="here")
            await server.wait_for(lambda o=outcome: len(o.messages) == 2)
            assert outcome.interaction.context == context
            assert [m.content for m in server.messages(place)] == ["here!", "and more"]
        assert [asked.is_user_integration() for asked in bot.asked] == [True] * 3
        owners = [asked._integration_owners.get(0) for asked in bot.asked]
        assert owners == [None, None, 0]
        await until(lambda: len(bot.messages) == 2)
        # Of what is said in those places the bot hears only its own direct messages.
        assert {m.channel.id for m in bot.messages} == {int(server.dm("dave").id)}


async def test_a_command_in_a_thread_is_answered_there(server: LocalDiscord) -> None:
    bot = Asking()
    async with running(server, bot):
        thread = await server.user_opens_thread("general", "alice", "talk")
        outcome = await server.runs(thread, "alice", "ask", question="here")
        await server.wait_for(lambda: len(outcome.messages) == 2)
        assert bot.asked[0].channel.id == int(thread.id)
        assert isinstance(bot.asked[0].channel, discord.Thread)
