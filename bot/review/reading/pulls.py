"""Pull and merge requests by their link: changed lines and the head's commit, and nothing else.

Title and description are not read: what praises a change makes reviewers blind. Only hosts from the
settings are asked, and each token goes to its own. Called before the pipeline.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from bot.errors import ToolFailed
from bot.fetch import Fetched, Fetcher, TooLarge
from bot.review.material import MISSING, Material, Source
from bot.review.reading.classify import MOST_DIFF, finish_diff
from bot.review.reading.diffs import read_diff, read_hunks
from bot.review.reading.diffs.files import Draft
from bot.review.reading.failing import PullFailed, Why
from bot.review.reading.links import Link
from bot.settings import Settings, revealed

SECONDS = 20.0
"""For all requests of one pull request."""

MOST_PAGES = 10
PER_PAGE = 100
"""What both APIs give at most on a page."""

_WHY: Mapping[int, Why] = {401: "token", 403: "forbidden", 404: "unknown", 429: "busy"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Forges:
    """Where pull requests are asked for, as the settings say. A token may be empty."""

    github_api: str = "https://api.github.com"
    github_token: str = ""
    gitlab: str = "https://gitlab.com"
    gitlab_token: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Forges:
        """Return those that `settings` name, with their tokens."""
        return cls(
            settings.github_api_url,
            revealed(settings.github_token),
            settings.gitlab_url,
            revealed(settings.gitlab_token),
        )

    def serves(self, link: Link) -> bool:
        """Tell whether a link leads to a host that may be asked.

        GitHub's API has a host of its own; that of an own server stands under `/api/v3`, and then
        links to github.com are another server's. A loopback address stands in for either.
        """
        address = self.github_api if link.forge == "github" else self.gitlab
        host = urlsplit(address).netloc.lower()
        if link.host == host:
            return True
        public = {"github": "github.com", "gitlab": "gitlab.com"}[link.forge]
        stands_in = host in (f"api.{public}", public) or urlsplit(address).hostname in _LOOPBACK
        return stands_in and link.host in (public, f"www.{public}")

    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that the fetcher is to trust, with their ports where they have one."""
        return tuple(urlsplit(one).netloc.lower() for one in (self.github_api, self.gitlab))


@dataclass(frozen=True, slots=True)
class Pulled:
    """A pull request as it is reviewed. `head` is the commit that was read, which tells a later
    push from this one; `base` is what it is compared with."""

    link: Link
    material: Material
    head: str
    base: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest commit of a pull request, and whether that may still change."""

    commit: str
    is_open: bool


async def pull(link: Link, fetcher: Fetcher, forges: Forges) -> Pulled:
    """Fetch what a pull request changes. Raises `PullFailed`."""
    async with _asked(link, forges):
        return await _forge(link, fetcher, forges).pull(link)


async def head(link: Link, fetcher: Fetcher, forges: Forges) -> Head:
    """Ask for the newest commit of a pull request, by one request. Raises `PullFailed`."""
    async with _asked(link, forges):
        return await _forge(link, fetcher, forges).head(link)


def _forge(link: Link, fetcher: Fetcher, forges: Forges) -> _GitHub | _GitLab:
    return (_GitHub if link.forge == "github" else _GitLab)(fetcher, forges)


@asynccontextmanager
async def _asked(link: Link, forges: Forges) -> AsyncIterator[None]:
    """Ask only hosts of the settings, within `SECONDS`; any fault leaves as `PullFailed`."""
    if not forges.serves(link):
        raise PullFailed("host", host=link.host)
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise PullFailed("late", host=link.host, seconds=f"{SECONDS:g}") from None
    except PullFailed:
        raise
    except TooLarge:
        raise PullFailed("too_large", host=link.host) from None
    except ToolFailed as error:
        raise PullFailed("unreachable", host=link.host) from error


class _Files:
    """The files of one pull request, as they come one by one."""

    def __init__(self) -> None:
        self._sources: list[Source] = []
        self._skipped: dict[str, str] = {}
        self._partial: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._sources) + len(self._skipped)

    def put(self, draft: Draft, patch: object) -> None:
        """Read one file's patch; without one it is binary or too large, and the API does not
        say."""
        read = read_hunks(patch, draft) if isinstance(patch, str) and patch else None
        if read is not None:
            self._sources.append(read)
            if missing := [note for note in MISSING if note in draft.notes]:
                self._partial[read.path] = "; ".join(missing)
        elif draft.change in ("renamed", "copied"):
            self._sources.append(draft.source())
        else:
            self._skipped[draft.path] = "not_shown"

    def material(self, notes: tuple[str, ...]) -> Material:
        """Return all of them."""
        return Material("pr", tuple(self._sources), self._skipped, notes, self._partial)


class _GitHub:
    """docs.github.com/rest/pulls/pulls."""

    def __init__(self, fetcher: Fetcher, forges: Forges) -> None:
        self.fetcher = fetcher
        self.base = forges.github_api.rstrip("/")
        self.headers = {"X-GitHub-Api-Version": "2022-11-28"}
        if forges.github_token:
            self.headers["Authorization"] = f"Bearer {forges.github_token}"

    async def head(self, link: Link) -> Head:
        about = _object(await self._get(self._url(link), "json"), link)
        return Head(_text(about, "head", "sha"), _text(about, "state") == "open")

    async def pull(self, link: Link) -> Pulled:
        url = self._url(link)
        about = _object(await self._get(url, "json"), link)
        head, base = (_text(about, side, "sha") for side in ("head", "base"))
        diff = await self._diff(url)
        if diff is not None:
            material = read_diff(diff.decode("utf-8", "replace"), pasted=False)
        else:  # file by file there is no such limit
            material = await self._file_by_file(url, link, int(about.get("changed_files") or 0))
        shown = _text(about, "html_url")
        return Pulled(link, _finished(material), head, base, shown)

    def _url(self, link: Link) -> str:
        return f"{self.base}/repos/{quote(link.project)}/pulls/{link.number}"

    async def _diff(self, url: str) -> bytes | None:
        """Return the whole diff, None where it is too large: 406 stands for more than 20,000 lines
        or 300 files."""
        try:
            answer = await self._get(url, "diff", refusable=True)
        except TooLarge:
            return None
        return answer.content if answer.status == 200 else None

    async def _file_by_file(self, url: str, link: Link, promised: int) -> Material:
        read = _Files()
        for page in range(1, MOST_PAGES + 1):
            answer = await self._get(f"{url}/files?per_page={PER_PAGE}&page={page}", "json")
            files = _list(answer, link)
            for file in files:
                read.put(_github_file(file), file.get("patch"))
            if len(files) < PER_PAGE:
                break
        return read.material(() if len(read) >= promised else ("files_left_out",))

    async def _get(self, url: str, form: str, *, refusable: bool = False) -> Fetched:
        headers = self.headers | {"Accept": f"application/vnd.github.{form}"}
        answer = await self.fetcher.get(url, limit=MOST_DIFF, headers=headers)
        return answer if refusable and answer.status == 406 else _checked(answer, "GitHub")


class _GitLab:
    """docs.gitlab.com/api/merge_requests."""

    def __init__(self, fetcher: Fetcher, forges: Forges) -> None:
        self.fetcher = fetcher
        self.base = forges.gitlab.rstrip("/")
        self.headers = {"PRIVATE-TOKEN": forges.gitlab_token} if forges.gitlab_token else {}

    async def head(self, link: Link) -> Head:
        about = _object(await self._get(self._url(link)), link)
        return Head(_text(about, "sha"), _text(about, "state") == "opened")

    async def pull(self, link: Link) -> Pulled:
        url = self._url(link)
        about = _object(await self._get(url), link)
        read = _Files()
        notes: tuple[str, ...] = ("files_left_out",)
        for page in range(1, MOST_PAGES + 1):
            files = _list(await self._get(f"{url}/diffs?per_page={PER_PAGE}&page={page}"), link)
            for file in files:
                left_out = file.get("too_large") or file.get("collapsed")
                read.put(_gitlab_file(file), None if left_out else file.get("diff"))
            if len(files) < PER_PAGE:
                notes = ()
                break
        material = read.material(notes)
        base = _text(about, "diff_refs", "base_sha")
        shown = _text(about, "web_url")
        return Pulled(link, _finished(material), _text(about, "sha"), base, shown)

    def _url(self, link: Link) -> str:
        project = quote(link.project, safe="")
        return f"{self.base}/api/v4/projects/{project}/merge_requests/{link.number}"

    async def _get(self, url: str) -> Fetched:
        answer = await self.fetcher.get(url, limit=MOST_DIFF, headers=self.headers)
        return _checked(answer, "GitLab")


def _github_file(file: Mapping[str, Any]) -> Draft:
    draft = Draft(index=_text(file, "filename"), is_git=True)
    match file.get("status"):
        case "added":
            draft.change = "added"
        case "removed":
            draft.change = "deleted"
        case "renamed" | "copied" as status:
            draft.change = "renamed" if status == "renamed" else "copied"
            draft.moved_from, draft.moved_to = _text(file, "previous_filename"), draft.index
    return draft


def _gitlab_file(file: Mapping[str, Any]) -> Draft:
    draft = Draft(index=_text(file, "new_path") or _text(file, "old_path"), is_git=True)
    if file.get("new_file"):
        draft.change = "added"
    elif file.get("deleted_file"):
        draft.change = "deleted"
    elif file.get("renamed_file"):
        draft.change = "renamed"
        draft.moved_from, draft.moved_to = _text(file, "old_path"), draft.index
    return draft


def _finished(material: Material | None) -> Material:
    empty = Material("pr", ())
    return replace(finish_diff(material), kind="pr") if material is not None else empty


def _checked(answer: Fetched, forge: str) -> Fetched:
    """Turn any answer but the wanted one into a failure that says what to do."""
    if answer.status == 200:
        return answer
    raise PullFailed(_WHY.get(answer.status, "status"), forge=forge, status=answer.status)


def _object(answer: Fetched, link: Link) -> Mapping[str, Any]:
    value = _json(answer, link)
    if not isinstance(value, dict):
        raise PullFailed("unreadable", host=link.host)
    return value


def _list(answer: Fetched, link: Link) -> list[Mapping[str, Any]]:
    value = _json(answer, link)
    if not isinstance(value, list):
        raise PullFailed("unreadable", host=link.host)
    return [one for one in value if isinstance(one, dict)]


def _json(answer: Fetched, link: Link) -> object:
    try:
        value: object = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise PullFailed("unreadable", host=link.host) from None
    return value


def _text(value: Mapping[str, Any], *keys: str) -> str:
    """Return the text under nested keys; empty where it is missing or something else."""
    found: object = value
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
