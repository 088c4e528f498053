"""Models over HTTP: silence, closing, learning, secrets, and the connection behind them."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web

from bot.errors import (
    ContextTooLong,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelTemporary,
)
from bot.models.http_model import HttpModel
from bot.models.port import Completion, Image, Piece, Request, System, TextPiece, Thinking, User
from tests.bot.models.conftest import Connect
from tests.bounds import FOREVER, PATIENCE
from tests.contracts.model import TOOLS, all_of, asking, end_of, text_of
from tests.servers.model import (
    Framing,
    ModelServer,
    StreamError,
    Usage,
    breaks,
    calls,
    cuts,
    drops,
    fails,
    hangs,
    is_filtered,
    refuses,
    says,
    stops_at_length,
    thinks,
    too_long,
)
from tests.servers.model.parts import Raw, Reply, Text
from tests.servers.model.quirk_parts import DONE, STOP, chunk, texts

BOTH = pytest.mark.parametrize("api", ["chat", "responses"])
IDLE = 0.3
"""Seconds; long enough for a busy machine to send its next piece."""


@BOTH
@pytest.mark.parametrize("after", [None, 0, 2])
async def test_a_silent_service_is_given_up_after_the_idle_timeout(
    api: str, after: int | None, server: ModelServer, connect: Connect
) -> None:
    server.script = [hangs(after)]
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ModelTemporary, match="in time"):
            await all_of(connect(api=api, idle_timeout=IDLE))
    assert loop.time() - began > IDLE * 0.8


@BOTH
async def test_a_slow_answer_is_not_an_idle_one(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [says("a", 0.4, "b", 0.4, "c", 0.4, "d")]
    pieces = await all_of(connect(api=api, idle_timeout=1.0))
    assert text_of(pieces) == "abcd"


async def test_comments_alone_do_not_keep_a_silent_service_for_ever(
    server: ModelServer, connect: Connect
) -> None:
    async def comments(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b": still here\n\n")
            await asyncio.sleep(0.02)
        return response

    async with serving(comments) as url:
        with pytest.raises(ModelTemporary, match="in time"):
            await all_of(connect(base_url=url, idle_timeout=0.1))


@BOTH
@pytest.mark.parametrize("reply", [drops(), drops(2), cuts(2), breaks(2)], ids=str)
async def test_a_broken_connection_is_a_passing_fault(
    api: str, reply: Reply, server: ModelServer, connect: Connect
) -> None:
    server.script = [reply]
    with pytest.raises(ModelTemporary):
        await all_of(connect(api=api))


_ERROR = {"type": "error", "code": "server_error", "message": "It broke.", "param": None}
_SAID = {
    "chat": [chunk({"content": "Half an "}), chunk({"content": "answer."}), {"error": _ERROR}],
    "responses": [
        {"type": "response.output_text.delta", "item_id": "m", "delta": "Half an answer."},
        _ERROR,
    ],
}


@pytest.mark.parametrize("end", ["\n\n", ""], ids=["whole", "unfinished"])
@BOTH
async def test_what_was_said_before_an_error_is_shown_even_if_both_come_in_one_read(
    api: str, end: str, connect: Connect
) -> None:
    body = "\n\n".join(f"data: {json.dumps(each)}" for each in _SAID[api]) + end

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="text/event-stream")

    heard: list[Piece] = []

    async def listen(model: HttpModel) -> None:
        async with aclosing(model.stream(asking())) as pieces:
            async for piece in pieces:
                heard.append(piece)

    async with serving(answer) as url:
        with pytest.raises(ModelTemporary):
            await listen(connect(api=api, base_url=url))
    assert text_of(heard) == "Half an answer."


@pytest.mark.parametrize("shape", ["flat", "nested", "failed"])
async def test_every_shape_of_an_error_event_is_known(
    shape: str, server: ModelServer, connect: Connect
) -> None:
    error = StreamError("Too fast.", "rate_limit_exceeded", shape)  # type: ignore[arg-type]
    server.script = [breaks(1, error)]
    with pytest.raises(ModelTemporary, match="Too fast") as failed:
        await all_of(connect(api="responses"))
    assert failed.value.busy


@BOTH
async def test_nobody_listening_at_the_address_is_a_passing_fault(
    api: str, connect: Connect
) -> None:
    with pytest.raises(ModelTemporary, match="cannot be reached"):
        await all_of(connect(api=api, base_url="http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(
    "more", [{"base_url": "ftp://127.0.0.1/v1"}, {"api_key": "kéy\n"}, {"base_url": "no address"}]
)
async def test_settings_that_cannot_work_are_the_operators_matter(
    more: dict[str, str], connect: Connect
) -> None:
    with pytest.raises(ModelError) as failed:
        await all_of(connect(**more))
    assert isinstance(failed.value, ModelRejected)


@BOTH
async def test_text_that_arrives_together_is_one_piece(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [says(*["word "] * 200)]
    pieces = await all_of(connect(api=api))
    assert text_of(pieces) == "word " * 200
    assert len(pieces) < 120


@BOTH
async def test_reasoning_and_calls_show_that_the_model_is_at_work(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [thinks("hm, let me see") + calls("weather", {"place": "x" * 100})]
    pieces = await all_of(connect(api=api))
    assert any(isinstance(piece, Thinking) for piece in pieces)
    assert text_of(pieces) == ""


@BOTH
async def test_a_refusal_in_words_is_the_answer_and_known_as_one(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [refuses("I cannot help with that."), says("I cannot help with that.")]
    model = connect(api=api)
    ends = [end_of(await all_of(model)) for _ in range(2)]
    assert [end.text for end in ends] == ["I cannot help with that."] * 2
    assert [end.refused for end in ends] == [True, False]


@BOTH
async def test_an_answer_at_the_output_limit_says_so(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [stops_at_length()]
    end = end_of(await all_of(connect(api=api)))
    assert end.finish == "length"
    assert end.text


@BOTH
async def test_a_filtered_answer_is_refused(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [is_filtered("It be")]
    with pytest.raises(ModelRefused):
        await all_of(connect(api=api))


@BOTH
async def test_usage_is_the_providers(api: str, server: ModelServer, connect: Connect) -> None:
    server.script = [says("yes").counting(Usage(100, 20, cached=64))]
    usage = end_of(await all_of(connect(api=api))).usage
    assert (usage.input, usage.output, usage.cached, usage.estimated) == (100, 20, 64, False)


async def test_usage_is_estimated_when_a_service_tells_none(
    server: ModelServer, connect: Connect
) -> None:
    server.mode = "compatible"
    server.script = [Raw((*texts("word " * 100), STOP, DONE))]
    usage = end_of(await all_of(connect("lookalike"))).usage
    assert usage.estimated
    assert 60 < usage.output < 200
    assert usage.input > 20


@BOTH
async def test_too_long_a_conversation_is_told_apart(
    api: str, server: ModelServer, connect: Connect
) -> None:
    server.context = 200
    model = connect(api=api)
    with pytest.raises(ContextTooLong):
        await all_of(model, asking("word " * 1000))


async def test_the_context_that_a_service_names_is_learnt(
    server: ModelServer, connect: Connect
) -> None:
    server.mode, server.script = "compatible", [too_long(8192, 9000), says("ok")]
    model = connect("lookalike")
    assert model.spec.context > 8192
    with pytest.raises(ContextTooLong):
        await all_of(model)
    assert model.spec.context == 8192


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_connections_are_used_again(api: str, server: ModelServer, connect: Connect) -> None:
    async with counting(server) as (url, seen):
        model = connect(api=api, base_url=url)
        for _ in range(5):
            server.script = [says("hello there")]
            await all_of(model)
        assert len(seen) == 1


@BOTH
async def test_a_service_that_never_ends_the_stream_is_left_after_its_end(
    api: str, server: ModelServer, connect: Connect
) -> None:
    async with open_ended(api) as url, asyncio.timeout(PATIENCE):
        assert end_of(await all_of(connect(api=api, base_url=url))).text == "yes"


async def test_text_that_comes_with_the_finish_in_one_read_is_whole(
    server: ModelServer, connect: Connect
) -> None:
    server.mode = "compatible"
    server.script = [Raw((chunk({"content": "all "}), chunk({"content": "of it"}, "stop")))]
    pieces = await all_of(connect("lookalike"))
    assert end_of(pieces).text == text_of(pieces) == "all of it"


async def test_an_emoji_in_two_halves_is_one(server: ModelServer, connect: Connect) -> None:
    server.mode = "compatible"
    halves = [
        b'data: {"choices":[{"index":0,"delta":{"content":"a\\ud83c"}}]}\n\n',
        b'data: {"choices":[{"index":0,"delta":{"content":"\\udf1eb"}}]}\n\n',
    ]
    server.script = [Raw((*halves, STOP, DONE))]
    pieces = await all_of(connect("lookalike"))
    assert text_of(pieces) == "a🌞b"


@pytest.mark.parametrize("noise", [b"data: ping\n\n", b"event: ping\n\n", b"\n\n\n", b"data: \n\n"])
async def test_noise_between_events_is_passed_over(
    noise: bytes, server: ModelServer, connect: Connect
) -> None:
    server.mode = "compatible"
    server.script = [Raw((noise, *texts("yes"), noise, STOP, noise, DONE))]
    assert end_of(await all_of(connect("lookalike"))).text == "yes"


async def test_events_without_blank_lines_between_them_are_read(
    server: ModelServer, connect: Connect
) -> None:
    server.mode = "compatible"
    lines = b"".join(b"data: %s\n" % json.dumps(c).encode() for c in (*texts("yes"), STOP))
    server.script = [Raw((lines + b"\n", DONE))]
    assert end_of(await all_of(connect("lookalike"))).text == "yes"


async def test_a_garbled_event_is_a_passing_fault(server: ModelServer, connect: Connect) -> None:
    server.mode = "compatible"
    server.script = [Raw((*texts("yes"), b'data: {"choices": [\n\n', STOP, DONE))]
    with pytest.raises(ModelTemporary, match="garbled"):
        await all_of(connect("lookalike"))


async def test_a_compressed_stream_is_read(connect: Connect) -> None:
    async def answer(_: web.Request) -> web.Response:
        frames = b"".join(b"data: %s\n\n" % json.dumps(c).encode() for c in (*texts("yes"), STOP))
        packed = gzip.compress(frames + DONE)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with serving(answer) as url:
        assert end_of(await all_of(connect(base_url=url))).text == "yes"


async def test_a_web_page_under_the_address_is_explained(connect: Connect) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Hi</title>", content_type="text/html")

    async with serving(page) as url:
        with pytest.raises(ModelRejected, match="OPENAI_BASE_URL"):
            await all_of(connect(base_url=url))


@BOTH
async def test_no_secret_is_in_an_error_or_a_log(
    api: str, server: ModelServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "sk-wrong-0123456789abcdef"
    with pytest.raises(ModelRejected) as failed:
        await all_of(connect(api=api, api_key=secret))
    chain, error = [], failed.value
    while error is not None:
        chain.append(f"{error} {getattr(error, 'request', '')}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot")]
    for text in (*chain, *ours):
        assert secret not in text
        assert "sk-wrong" not in text


async def test_closing_while_the_request_is_on_its_way_ends_it(
    server: ModelServer, connect: Connect
) -> None:
    server.script = [hangs()]
    task = asyncio.create_task(all_of(connect()))
    await server.wait_for(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await server.wait_cancelled(1)


async def test_openai_itself_is_told_a_hash_of_who_asks_and_look_alikes_are_not(
    server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.models import choose

    await all_of(connect())
    assert not {"safety_identifier", "prompt_cache_key"} & server.requests[-1].body.keys()
    monkeypatch.setattr(choose, "is_openai", lambda _: True)
    for api in ("chat", "responses"):
        await all_of(connect(api=api))
        assert server.requests[-1].body["safety_identifier"] == "hash"
        assert server.requests[-1].body["prompt_cache_key"] == "thread"


@pytest.mark.parametrize(
    "model", ["gpt-4o", "gpt-5-mini", "gpt-5.1", "gpt-5.4", "gpt-5.5", "gpt-6-sol", "gpt-6-astra"]
)
@BOTH
async def test_every_family_takes_the_requests_that_are_made_for_it(
    model: str, api: str, server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.models import choose

    monkeypatch.setattr(choose, "is_openai", lambda _: True)
    tools = () if (model, api) == ("gpt-6-astra", "chat") else TOOLS
    request = Request((System("be"), User("hi"), System("note")), tools, max_output_tokens=5)
    await all_of(connect(model, api), request)
    assert len(server.requests) == 1


async def test_a_new_model_that_must_not_reason_beside_tools_is_learnt(
    server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.models import choose
    from bot.models.families import UNKNOWN

    monkeypatch.setattr(choose, "family_of", lambda _: UNKNOWN)
    model = connect("gpt-6-luna")
    for _ in range(2):
        await all_of(model)
    assert [bool(request.refusal) for request in server.requests] == [True, False, False]
    assert server.requests[-1].body["reasoning_effort"] == "none"


async def test_a_model_without_tools_still_answers(server: ModelServer, connect: Connect) -> None:
    def answer(request: object) -> object:
        if "tools" in request.body:  # type: ignore[attr-defined]
            return fails(400, message="registry/library/gemma does not support tools")
        return says("hello")

    server.mode, server.script = "compatible", answer
    model = connect("gemma-2")
    assert end_of(await all_of(model)).text == "hello"
    await all_of(model)
    assert len(server.requests) == 3


async def test_what_did_not_help_is_not_learnt(server: ModelServer, connect: Connect) -> None:
    server.mode = "compatible"
    wrong = fails(400, message="Unknown parameter: stream_options")
    server.script = [wrong, fails(500), says("hello")]
    model = connect("lookalike")
    with pytest.raises(ModelTemporary):
        await all_of(model)
    await all_of(model)
    assert "stream_options" in server.requests[-1].body


async def test_pictures_go_to_models_that_see_and_are_told_of_to_others(
    server: ModelServer, connect: Connect
) -> None:
    request = Request((User("what is this?", (Image("image/png", b"\x89PNG"),)),))
    for api, kind in (("chat", "image_url"), ("responses", "input_image")):
        await all_of(connect("gpt-6-luna", api), request)
        assert [part["type"] for part in server.requests[-1].messages[-1]["content"]][1] == kind
    server.mode = "compatible"
    await all_of(connect("deepseek-flash"), request)
    assert "cannot see" in server.requests[-1].last_user_text


@BOTH
async def test_halves_of_characters_in_a_message_do_no_harm(
    api: str, server: ModelServer, connect: Connect
) -> None:
    end = end_of(await all_of(connect(api=api), asking("half \ud83d of it")))
    assert end.text == "You said: half \ufffd of it"


async def test_framing_of_responses_may_be_any_that_is_legal(
    server: ModelServer, connect: Connect
) -> None:
    framing = Framing(crlf=True, comments=True, space=False, split=5, done=False)
    server.script = [says("北京 is sunny 🌞").framed(framing)]
    assert end_of(await all_of(connect(api="responses"))).text == "北京 is sunny 🌞"


async def test_an_answer_in_one_piece_is_read_on_responses_too(connect: Connect) -> None:
    output = [{"type": "message", "content": [{"type": "output_text", "text": "yes"}]}]
    body = {"object": "response", "status": "completed", "error": None, "output": output}

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body)

    async with serving(answer) as url:
        pieces = await all_of(connect(api="responses", base_url=url))
        assert end_of(pieces).text == text_of(pieces) == "yes"


async def test_giving_up_midway_frees_nothing_for_others(
    server: ModelServer, connect: Connect
) -> None:
    """A connection with half an answer in it is never used again."""
    model = connect()
    for _ in range(3):
        server.script = [Reply((Text("half"), *says("and more " * 50).parts)), says("whole")]
        async with aclosing(model.stream(asking())) as pieces:
            async for piece in pieces:
                assert isinstance(piece, TextPiece | Completion)
                break
        assert end_of(await all_of(model)).text == "whole"


def test_choosing_a_model_does_not_import_the_sdk() -> None:
    code = (
        "import sys; from bot.models import choose; before = set(sys.modules);"
        "choose.build(None, None); choose.build('k', 'http://127.0.0.1:9/v1');"
        "print(sorted({'openai', 'httpx2', 'aiohttp', 'tiktoken'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_warming_up_makes_no_request(server: ModelServer, connect: Connect) -> None:
    model = connect()
    await model.warm()
    assert server.requests == []


@asynccontextmanager
async def serving(handler: object) -> AsyncIterator[str]:
    """Serve every path by `handler`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_ended(api: str) -> AsyncIterator[str]:
    """Serve a complete answer whose body never ends, and without usage."""
    chat = [*(json.dumps(c) for c in (*texts("yes"), STOP))]
    done = {"type": "response.completed", "response": {"status": "completed", "output": []}}
    delta = {"type": "response.output_text.delta", "output_index": 0, "delta": "yes"}
    frames = chat if api == "chat" else [json.dumps(delta), json.dumps(done)]

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write("".join(f"data: {frame}\n\n" for frame in frames).encode())
        await asyncio.sleep(FOREVER)
        return response

    async with serving(answer) as url:
        yield url


@asynccontextmanager
async def counting(server: ModelServer) -> AsyncIterator[tuple[str, list[int]]]:
    """Stand before the server and note each connection that is opened."""
    seen: list[int] = []
    host, port = server.base_url.split("/")[2].split(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peername")[1])
        back, forth = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pump(reader, forth), pump(back, writer), return_exceptions=True)

    front = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{front.sockets[0].getsockname()[1]}/v1", seen
    finally:
        front.close()
