"""The addresses under which interactions are answered keep Discord's rules and codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from .conftest import Raw
from .interactions_records import Outcome
from .server import LocalDiscord

ASK = {"name": "ask", "description": "Ask"}
PLACE = {"name": "place", "description": "Where", "type": 3, "autocomplete": True}
WEATHER = {"name": "weather", "description": "Weather", "options": [PLACE]}
EPHEMERAL, LOADING = 64, 128


@dataclass
class Api:
    """The bot's side of REST, without any client in between."""

    server: LocalDiscord
    raw: Raw

    async def register(self, *commands: dict[str, Any]) -> None:
        path = f"/applications/{self.server.application.id}/commands"
        assert (await self.raw("PUT", path, list(commands)))[0] == 200

    async def respond(
        self, outcome: Outcome, kind: Any, data: Any = None, query: str = ""
    ) -> tuple[int, Any]:
        one = outcome.interaction
        path = f"/interactions/{one.id}/{one.token}/callback{query}"
        return await self.raw("POST", path, {"type": kind, "data": data})

    async def hook(
        self, method: str, outcome: Outcome, rest: str = "", body: Any = None
    ) -> tuple[int, Any]:
        path = f"/webhooks/{self.server.application.id}/{outcome.interaction.token}{rest}"
        return await self.raw(method, path, body)


@pytest.fixture
def api(server: LocalDiscord, raw: Raw) -> Api:
    return Api(server, raw)


@pytest.fixture
async def asked(server: LocalDiscord, api: Api) -> Outcome:
    await api.register(ASK, WEATHER)
    return await server.runs("general", "alice", "ask", wait=False)


def code(answer: tuple[int, Any]) -> tuple[int, int]:
    return answer[0], answer[1]["code"]


async def test_an_interaction_is_acknowledged_once(api: Api, asked: Outcome) -> None:
    assert await api.respond(asked, 4, {"content": "hi"}) == (204, None)
    assert code(await api.respond(asked, 5)) == (400, 40060)


async def test_it_is_unknown_under_a_wrong_token_and_after_three_seconds(
    server: LocalDiscord, api: Api, asked: Outcome
) -> None:
    one = asked.interaction
    wrong = await api.raw("POST", f"/interactions/{one.id}/nonsense/callback", {"type": 5})
    assert code(wrong) == (404, 10062)
    server.clock.advance(3.1)
    assert code(await api.respond(asked, 5)) == (404, 10062)
    assert code(await api.hook("POST", asked, "", {"content": "x"})) == (404, 10015)


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 10, "4", None, True])
async def test_a_response_must_fit_the_interaction(api: Api, asked: Outcome, kind: Any) -> None:
    refused = await api.respond(asked, kind, {"content": "x"})
    assert code(refused) == (400, 50035)
    assert "type" in refused[1]["errors"]
    assert not asked.acknowledged


async def test_an_answer_is_validated_like_any_message_and_may_be_tried_again(
    api: Api, asked: Outcome
) -> None:
    refused = await api.respond(asked, 4, {"content": "x" * 2001})
    assert code(refused) == (400, 50035)
    assert "content" in refused[1]["errors"]["data"]
    assert code(await api.respond(asked, 4, {"content": ""})) == (400, 50006)
    assert await api.respond(asked, 4, {"content": "short"}) == (204, None)


async def test_with_response_tells_of_the_message(api: Api, asked: Outcome) -> None:
    status, told = await api.respond(asked, 5, {"flags": EPHEMERAL}, "?with_response=true")
    assert status == 200
    about = told["interaction"]
    assert about["response_message_id"] == asked.original.id
    assert (about["response_message_loading"], about["response_message_ephemeral"]) == (True, True)
    assert told["resource"] == {"type": 5}


async def test_nothing_can_be_followed_up_before_the_first_response(
    api: Api, asked: Outcome
) -> None:
    assert code(await api.hook("POST", asked, "", {"content": "x"})) == (404, 10015)
    assert code(await api.hook("GET", asked, "/messages/@original")) == (404, 10015)


async def test_the_first_follow_up_after_a_defer_fills_the_loading_message(
    api: Api, asked: Outcome
) -> None:
    await api.respond(asked, 5)
    assert asked.loading
    _, filled = await api.hook("POST", asked, "", {"content": "one", "flags": EPHEMERAL})
    assert filled["id"] == asked.original.id
    assert (asked.loading, asked.private) == (False, [])  # the defer said public
    _, second = await api.hook("POST", asked, "", {"content": "two", "flags": EPHEMERAL})
    assert second["flags"] == EPHEMERAL
    assert second["interaction_metadata"]["original_response_message_id"] == filled["id"]
    assert [m.content for m in asked.private] == ["two"]


async def test_a_defer_may_only_say_whether_it_is_private(api: Api, asked: Outcome) -> None:
    assert code(await api.respond(asked, 5, {"flags": 1 << 15})) == (400, 50035)
    assert (await api.respond(asked, 5, {"flags": EPHEMERAL}))[0] == 204
    assert asked.original.flags == EPHEMERAL | LOADING


async def test_answers_can_be_read_changed_and_deleted(api: Api, asked: Outcome) -> None:
    await api.respond(asked, 4, {"content": "one"})
    status, changed = await api.hook("PATCH", asked, "/messages/@original", {"content": "two"})
    assert (status, changed["content"]) == (200, "two")
    assert changed["edited_timestamp"]
    assert (await api.hook("GET", asked, f"/messages/{changed['id']}"))[1]["content"] == "two"
    empty = await api.hook("PATCH", asked, "/messages/@original", {"content": ""})
    assert code(empty) == (400, 50006)
    assert await api.hook("DELETE", asked, "/messages/@original") == (204, None)
    assert code(await api.hook("GET", asked, "/messages/@original")) == (404, 10008)
    assert asked.messages == []


async def test_after_fifteen_minutes_the_token_is_worth_nothing(
    server: LocalDiscord, api: Api, asked: Outcome
) -> None:
    await api.respond(asked, 4, {"content": "one"})
    server.expire(asked)
    assert code(await api.hook("POST", asked, "", {"content": "x"})) == (401, 50027)
    late = await api.hook("PATCH", asked, "/messages/@original", {"content": "x"})
    assert code(late) == (401, 50027)


async def test_users_are_notified_by_default_and_nobody_else(
    server: LocalDiscord, api: Api, asked: Outcome
) -> None:
    bob = server.person("bob").id
    await api.respond(asked, 4, {"content": f"@everyone <@{bob}>"})
    assert [ping.target for ping in server.pings] == [bob]
    quiet = {"content": f"<@{bob}>", "allowed_mentions": {"parse": []}}
    await api.hook("POST", asked, "", quiet)
    assert len(server.pings) == 1


async def test_what_follow_ups_do_not_support_is_refused(api: Api, asked: Outcome) -> None:
    await api.respond(asked, 4, {"content": "one"})
    assert code(await api.hook("POST", asked, "?thread_id=1", {"content": "x"})) == (400, 50035)
    renamed = {"content": "x", "username": "somebody"}
    assert code(await api.hook("POST", asked, "", renamed)) == (400, 50035)


async def test_autocomplete_takes_at_most_25_choices_of_100_characters(
    server: LocalDiscord, api: Api, asked: Outcome
) -> None:
    typed = await server.types("general", "alice", "weather", "place", place="P", wait=False)
    choice = {"name": "Paris", "value": "paris"}
    assert code(await api.respond(typed, 4, {"content": "x"})) == (400, 50035)
    assert code(await api.respond(typed, 8, {"choices": [choice] * 26})) == (400, 50035)
    long = choice | {"name": "x" * 101}
    assert code(await api.respond(typed, 8, {"choices": [long]})) == (400, 50035)
    assert code(await api.respond(typed, 8, {"choices": [choice | {"value": 5}]})) == (400, 50035)
    assert (await api.respond(typed, 8, {"choices": [choice]}))[0] == 204
    assert typed.choices == [choice]
    assert code(await api.hook("POST", typed, "", {"content": "x"})) == (404, 10015)


def modal(**changes: Any) -> dict[str, Any]:
    field = {"type": 4, "custom_id": "q", "style": 2, "min_length": 2, "max_length": 9}
    label = {"type": 18, "label": "Question", "component": field}
    return {"custom_id": "m", "title": "Ask", "components": [label]} | changes


@pytest.mark.parametrize(
    "wrong",
    [
        modal(title="x" * 46),
        modal(custom_id=""),
        modal(components=[]),
        modal(components=modal()["components"] * 6),
        modal(components=modal()["components"] * 2),  # the same custom id twice
        modal(components=[{"type": 1, "components": [{"type": 2}]}]),
        modal(components=[{"type": 18, "label": "x" * 46, "component": {"type": 4}}]),
    ],
)
async def test_a_dialog_is_validated(api: Api, asked: Outcome, wrong: dict[str, Any]) -> None:
    assert code(await api.respond(asked, 9, wrong)) == (400, 50035)
    assert asked.modal is None


async def test_a_dialog_is_filled_in_within_its_bounds_and_opens_no_other(
    server: LocalDiscord, api: Api, asked: Outcome
) -> None:
    assert (await api.respond(asked, 9, modal()))[0] == 204
    with pytest.raises(ValueError, match="at least 2"):
        await server.submits(asked.modal, {"q": "a"}, wait=False)
    with pytest.raises(ValueError, match="no more than 9"):
        await server.submits(asked.modal, {"q": "a" * 10}, wait=False)
    with pytest.raises(LookupError, match="other"):
        await server.submits(asked.modal, {"other": "x"}, wait=False)
    sent = await server.submits(asked.modal, {"q": "fine"}, wait=False)
    answers = sent.interaction.payload["data"]["components"]
    assert answers[0]["component"]["value"] == "fine"
    assert code(await api.respond(sent, 9, modal())) == (400, 50035)
    assert code(await api.respond(sent, 7, {"content": "x"})) == (400, 50035)
    assert (await api.respond(sent, 4, {"content": "thanks"}))[0] == 204


async def test_a_token_has_five_calls_in_two_seconds_outside_the_bots_fifty() -> None:
    async with LocalDiscord(enforce_limits=True) as server, aiohttp.ClientSession() as session:
        api = Api(server, Raw(server, session))
        await api.register(ASK)
        asked = await server.runs("general", "alice", "ask", wait=False)
        await api.respond(asked, 4, {"content": "x"})
        server.limits.per_second = 0  # nothing of the bot's own would pass
        edit = {"content": "y"}
        path = "/messages/@original"
        answers = [(await api.hook("PATCH", asked, path, edit))[0] for _ in range(6)]
        assert answers == [200] * 5 + [429]


async def test_a_server_that_only_the_person_brought_the_app_to_allows_five_follow_ups(
    server: LocalDiscord, api: Api
) -> None:
    everywhere = ASK | {"integration_types": [0, 1], "contexts": [0, 1, 2]}
    await api.register(everywhere)
    elsewhere = server.open_guild("Elsewhere", "dave", with_bot=False)
    there = server.text_channel("lobby", guild=elsewhere)
    with pytest.raises(LookupError, match="installed"):
        await server.runs(there, "dave", "ask", wait=False)
    dave = server.person("dave")
    server.application.installed_by.add(dave.id)
    asked = await server.runs(there, "dave", "ask", wait=False)
    assert asked.interaction.payload["authorizing_integration_owners"] == {"1": dave.id}
    await api.respond(asked, 4, {"content": "one"})
    answers = [await api.hook("POST", asked, "", {"content": "x"}) for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094
    assert (await api.raw("GET", f"/channels/{there.id}/messages"))[0] == 403


async def test_commands_are_offered_only_where_they_were_registered_for(
    server: LocalDiscord, api: Api
) -> None:
    await api.register(ASK | {"contexts": [0], "default_member_permissions": "0"})
    with pytest.raises(LookupError, match="not offered"):
        await server.runs(server.dm("alice"), "alice", "ask", wait=False)
    with pytest.raises(PermissionError):
        await server.runs("general", "bob", "ask", wait=False)
    assert await server.runs("general", "alice", "ask", wait=False)  # she owns the server


async def test_in_a_direct_message_the_person_is_a_user_and_no_member(
    server: LocalDiscord, api: Api
) -> None:
    await api.register(ASK)
    asked = await server.runs(server.dm("alice"), "alice", "ask", wait=False, locale="zh-TW")
    told = asked.interaction.payload
    assert told["user"]["id"] == server.person("alice").id
    assert "member" not in told
    assert (told["context"], told["locale"]) == (1, "zh-TW")
    assert told["authorizing_integration_owners"] == {"0": "0"}


async def test_where_the_channel_is_gone_nothing_can_be_answered(
    server: LocalDiscord, api: Api
) -> None:
    await api.register(ASK)
    place = server.text_channel("short-lived")
    early, late = [await server.runs(place, "alice", "ask", wait=False) for _ in range(2)]
    await api.respond(early, 5)
    await server.delete_channel(place)
    edited = await api.hook("PATCH", early, "/messages/@original", {"content": "x"})
    assert code(edited) == (404, 10003)
    assert code(await api.respond(late, 5)) == (404, 10003)
