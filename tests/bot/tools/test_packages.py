"""A stranger's package, installed by pip, gives the bot tools without a change to the bot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

_USE = """
import asyncio, json, logging
logging.basicConfig(level=logging.INFO, format="%(message)s")
from bot.events import Author, Place, ThreadRef
from bot.tools.port import ToolContext
from bot.tools.toolbox import open_toolbox

async def main():
    box = open_toolbox(forecast_url="http://127.0.0.1:9", geocoding_url="http://127.0.0.1:9")
    context = ToolContext(Author("u", "Ann"), ThreadRef("web", "w", "c"), Place())
    rolled = await box.call("roll", context, '{"dice": "3", "sides": 2}')
    flipped = await box.call("flip", context, "")
    await box.close()
    print(json.dumps({
        "names": sorted(box.tools),
        "roll": rolled.text,
        "flip": flipped.text,
        "title": box.title("flip", "{}", "zh-CN"),
        "required": box.tools["roll"].parameters["required"],
    }))

asyncio.run(main())
"""


def _pip_install(package: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-build-isolation", "--no-deps"]
    copy = folder.parent / "source"
    copy.mkdir()
    subprocess.run(["cp", "-r", f"{package}/.", str(copy)], check=True)
    subprocess.run(
        [*command, *offline, "--target", str(folder), str(copy)],
        check=True,
        capture_output=True,
        timeout=120,
    )


def test_a_package_that_pip_installed_offers_its_tools(tmp_path: Path) -> None:
    import json

    folder = tmp_path / "site"
    _pip_install(ROOT / "tests/packages/parley_dice", folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _USE],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["names"] == ["code_review", "flip", "roll", "time", "weather"]
    assert told["roll"].startswith("Ann rolled ")
    assert told["flip"] in ("Heads.", "Tails.")
    assert told["title"] == "正在抛硬币…"
    assert told["required"] == []
    assert "parley-dice 1.2.0" in done.stderr
