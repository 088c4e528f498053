"""What operators install and run: the image, the compose file, the locks and the make targets keep
the promises that the rest of the project relies on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")


def instructions(text: str) -> list[tuple[str, str]]:
    """Read a Dockerfile as (instruction, arguments), continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    pairs = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, arguments.strip()) for name, _, arguments in pairs]


def yaml(text: str) -> Any:
    """Read the part of YAML that the compose file uses: mappings, lists, plain and quoted words."""
    lines = [
        line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    value, rest = _block(lines, 0)
    assert not rest
    return value


def _block(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    made: Any = [] if lines[0].strip().startswith("- ") else {}
    while lines and _indent(lines[0]) == indent:
        line = lines.pop(0).strip()
        if isinstance(made, list):
            item = line.removeprefix("- ")
            if re.match(r"\w+: ", item):  # a mapping that begins on the dash's own line
                value, lines = _block([" " * (indent + 2) + item, *lines], indent + 2)
                made.append(value)
            else:
                made.append(_scalar(item))
            continue
        key, _, rest = line.partition(":")
        if rest.strip():
            made[key] = _scalar(rest.strip())
        elif lines and _indent(lines[0]) > indent:
            made[key], lines = _block(lines, _indent(lines[0]))
        else:
            made[key] = None
    return made, lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _scalar(text: str) -> Any:
    if text.startswith("["):
        return [_scalar(item.strip()) for item in text[1:-1].split(",")]
    if text[0] == '"':
        return text[1:-1]
    return {"true": True, "false": False}.get(text, text)


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def final_stage() -> list[tuple[str, str]]:
    every = instructions(DOCKERFILE)
    last = max(place for place, (name, _) in enumerate(every) if name == "FROM")
    return every[last:]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def test_the_image_runs_as_a_user_that_is_not_root_and_can_write_its_data() -> None:
    stage = dict(final_stage())
    user = stage["USER"].split(":")[0]
    assert user.isdigit()
    assert int(user) > 0
    run = next(arguments for name, arguments in final_stage() if name == "RUN")
    assert f"--uid {user}" in run
    assert "install -d -o parley" in run
    assert stage["VOLUME"] in run


def test_the_image_is_slim_glibc_on_a_supported_python_with_certificates() -> None:
    bases = [arguments.split()[0] for name, arguments in instructions(DOCKERFILE) if name == "FROM"]
    assert len(bases) == 2
    for base in bases:
        version = re.fullmatch(r"python:3\.(\d+)-slim-\w+", base)
        assert version is not None
        assert int(version[1]) >= 11
    assert any("ca-certificates" in arguments for name, arguments in final_stage() if name == "RUN")


def test_the_image_asks_its_own_health_without_help_of_other_programs() -> None:
    health = dict(final_stage())["HEALTHCHECK"]
    assert "/healthz" in health
    command = re.search(r'"-c", "(.*)"\]$', health)
    assert command is not None
    compile(command[1].replace('\\"', '"'), "HEALTHCHECK", "exec")


def test_the_image_listens_for_others_keeps_data_in_its_volume_and_starts_the_bot() -> None:
    stage = dict(final_stage())
    assert "HTTP_HOST=0.0.0.0" in stage["ENV"]
    assert f"DATA_DIR={stage['VOLUME']}" in stage["ENV"]
    assert '"parley"' in stage["ENTRYPOINT"]
    assert stage["CMD"] == '["run"]'


def test_everything_in_the_image_is_installed_by_hash() -> None:
    for name, arguments in instructions(DOCKERFILE):
        for command in re.split(r"&&", arguments) if name == "RUN" else ():
            if "pip install" in command:
                assert "--require-hashes" in command or "--no-index" in command, command


def test_what_the_image_copies_exists_and_passes_the_dockerignore() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert "*" in ignore
    assert "**/.env*" in ignore
    for name, arguments in instructions(DOCKERFILE):
        if name == "COPY" and not arguments.startswith("--from"):
            for source in arguments.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source in let_in, source


def test_the_image_with_a_tool_of_ones_own_fits_the_image_that_it_stands_on() -> None:
    page = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")
    example = re.search(r"```dockerfile\n(.*?)```", page, re.DOTALL)
    assert example is not None
    on_top, image = instructions(example[1]), dict(final_stage())
    assert dict(on_top)["FROM"] == yaml(COMPOSE)["services"]["parley"]["image"]
    assert on_top[-1] == ("USER", image["USER"])
    python = re.search(r"--python (\S+)/bin/python install", dict(on_top)["RUN"])
    assert python is not None
    assert image["COPY"].endswith(f" {python[1]}")


def test_the_grace_period_is_longer_than_the_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAIN_SECONDS", raising=False)
    parley = yaml(COMPOSE)["services"]["parley"]
    drain = load_settings(None).drain_seconds
    assert seconds(parley["stop_grace_period"]) >= drain + 5


def test_compose_keeps_what_redis_acknowledged() -> None:
    redis = yaml(COMPOSE)["services"]["redis"]
    command = " ".join(redis["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert redis["volumes"] == ["redis:/data"]
    assert redis["healthcheck"]["test"][0] == "CMD"


def test_compose_waits_for_redis_and_shows_nothing_to_other_machines() -> None:
    services = yaml(COMPOSE)["services"]
    parley = services["parley"]
    assert parley["depends_on"]["redis"]["condition"] == "service_healthy"
    assert parley["environment"]["REDIS_URL"].startswith("redis://redis:")
    assert all(port.startswith("127.0.0.1:") for port in parley["ports"])
    assert parley["environment"]["HTTP_HOST"] == "0.0.0.0", "so that the password rule holds"
    assert "ports" not in services["redis"]
    assert "PLAYGROUND_PASSWORD" in COMPOSE
    assert parley["env_file"] == [{"path": "../.env", "required": False}]


def test_compose_uses_only_names_that_the_settings_know() -> None:
    names = yaml(COMPOSE)["services"]["parley"]["environment"]
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_every_pinned_package_carries_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
        assert len(blocks) == len(pins(name))
        assert all("--hash=sha256:" in block for block in blocks)
        assert "http://" not in text
        assert "https://" not in text


def test_the_locks_agree_with_each_other_and_hold_what_the_project_asks_for() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert runtime.items() <= development.items()
    assert pins("requirements-build.txt").items() <= development.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for wanted in project["project"]["dependencies"]:
        # As a lock spells it (https://packaging.python.org/en/latest/specifications/name-normalization).
        assert re.split(r"[\[>=; ]", wanted)[0].replace(".", "-") in runtime
    for wanted in project["dependency-groups"]["dev"]:
        if isinstance(wanted, str):
            assert re.split(r"[>=; ]", wanted)[0] in development


def test_the_wheel_carries_all_files_of_both_halves(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    tracked = {
        str(path.relative_to(ROOT))
        for top in ("bot", "adapters")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert tracked <= packed
    assert not {name for name in packed if name.startswith(("tests", "benchmarks", ".env"))}
    assert any(name.endswith("licenses/LICENSE") for name in packed)


make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def fake_python(folder: Path, script: str) -> Path:
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return python


@make
@pytest.mark.parametrize(
    ("script", "says"),
    [
        ('[ "$1" = -V ] && echo Python 3.9.2; exit 1', "Python 3.11 or newer is needed"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "apt install python3-venv"),
    ],
)
def test_make_says_what_is_wrong_with_a_python(tmp_path: Path, script: str, says: str) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-build.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    done = run_make(tmp_path, "run", f"PYTHON={fake_python(tmp_path, script)}")
    assert done.returncode != 0
    assert says in done.stderr


@make
def test_make_says_when_there_is_no_python(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-build.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    done = run_make(tmp_path, "run", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python was not found" in done.stderr


@make
def test_make_alone_lists_every_target() -> None:
    listed = re.findall(r"^make (\w+)", run_make(ROOT).stdout, re.MULTILINE)
    assert {"install", "run", "test", "check", "lock", "bench", "chaos"} <= set(listed)


@make
def test_make_check_runs_formatter_linter_types_and_tests_in_that_order() -> None:
    planned = run_make(ROOT, "--dry-run", "check").stdout
    steps = ["ruff format --check", "ruff check", "mypy", "pytest"]
    places = [planned.rindex(f"-m {step}") for step in steps]
    assert places == sorted(places)


def test_the_check_of_a_new_machine_is_one_script_that_ends_in_make_check() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert text.splitlines()[-1] == "exec make --no-print-directory check"
    assert "CI=true" in text
    subprocess.run(["bash", "-n", str(script)], check=True, timeout=10)
