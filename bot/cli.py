"""The commands. Platforms come in from outside as builders; this file knows none of them.

Exit codes: 0 done, 1 something was found (`doctor`, `review`), 2 a setting that cannot be used or a
review that is incomplete, 64 usage.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ConfigError

USAGE = 64
"""EX_USAGE of sysexits.h."""


@dataclass(frozen=True, slots=True)
class Adapters:
    """What the composition root hands in. Everything is imported only when a command needs it."""

    builders: Callable[[], Sequence[Any]]
    """The `bot.running.Builder`s of `run`."""
    terminal: Callable[[], Any]
    """Returns the `bot.chatting.OpenTerminal` of `chat`."""
    manifests: Mapping[str, Callable[[], str]]
    """What `manifest` prints, by platform. Each may raise `ConfigError`."""
    checks: Callable[[], Sequence[Any]]
    """The platforms' own checks for `doctor`."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser(manifests: Sequence[str]) -> argparse.ArgumentParser:
    """Describe the command line."""
    top = _Parser(prog="parley", description="A bot that works where the team talks.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    run = commands.add_parser("run", help="start everything that is configured")
    run.add_argument(
        "--role",
        choices=("all", "listen", "work"),
        default="all",
        help="only receive, or only answer; several processes share one store",
    )
    commands.add_parser("chat", help="talk to the bot in this terminal")
    commands.add_parser("doctor", help="check every configured part and say what to do")
    inbox = commands.add_parser("inbox", help="list what was set aside, or put it back")
    inbox.add_argument("action", nargs="?", choices=("list", "replay"), default="list")
    _review(commands.add_parser("review", help="review files, a diff or a pull request"))
    manifest = commands.add_parser(
        "manifest", help="print what an app is made from: Slack's manifest, Discord's invitation"
    )
    manifest.add_argument("platform", choices=tuple(manifests))
    return top


def _review(review: argparse.ArgumentParser) -> None:
    review.add_argument(
        "names",
        nargs="+",
        metavar="FILE",
        help="code or a diff, - for the standard input, or the link to a pull request",
    )
    review.add_argument(
        "--format",
        choices=("text", "json", "markdown", "sarif", "github"),
        default="text",
        help="how it is printed; github is for workflow runs",
    )
    review.add_argument(
        "--fail-on",
        choices=("critical", "high", "medium", "low"),
        default="high",
        help="end with 1 for findings of this severity or worse (high)",
    )
    review.add_argument(
        "--offline", action="store_true", help="static checks only, no model is asked"
    )
    review.add_argument("--focus", default="", metavar="TOPIC", help="what to look for above all")


def main(adapters: Adapters, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = parser(tuple(adapters.manifests)).parse_args(arguments)
    try:
        if chosen.command == "manifest":
            print(adapters.manifests[chosen.platform]())  # noqa: T201  the command's output
            return 0
        if chosen.command == "review":
            _leave_folder()
        return asyncio.run(_command(adapters, chosen))
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201  told to whoever started it
        return 2
    except KeyboardInterrupt:
        return 130


def _leave_folder() -> None:
    """Let nothing more be imported from the current folder, which `python -m` puts first: it is
    what a stranger wrote, unless it is where this code itself lies."""
    here, home = os.path.realpath(os.getcwd()), os.path.realpath(Path(__file__).parents[1])
    if here != home:
        sys.path[:] = [path for path in sys.path if os.path.realpath(path or here) != here]


async def _command(adapters: Adapters, chosen: argparse.Namespace) -> int:
    from bot import logs
    from bot.settings import load_settings

    settings = load_settings()
    quiet = chosen.command in ("chat", "doctor", "review")
    undo = logs.setup("ERROR" if quiet else settings.log_level, settings.secrets())
    try:
        match chosen.command:
            case "run":
                from bot.running import run

                return await run(settings, chosen.role, adapters.builders())
            case "chat":
                from bot.chatting import chat

                return await chat(settings, adapters.terminal())
            case "doctor":
                from bot.doctor import examine

                return await examine(settings, adapters.checks())
            case "review":
                from bot.reviewing import Options
                from bot.reviewing import run as review

                return await review(
                    settings,
                    Options(
                        tuple(chosen.names),
                        chosen.format,
                        chosen.fail_on,
                        chosen.offline,
                        chosen.focus,
                    ),
                )
            case _:
                from bot.replaying import inbox

                return await inbox(settings, chosen.action)
    finally:
        undo()
