"""Installation by OAuth: the page on which a person agrees, codes, tokens, and the way out.

Sources: docs.slack.dev/authentication/installing-with-oauth, reference/methods/oauth.v2.access,
reference/methods/auth.revoke, reference/events/app_uninstalled and tokens_revoked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from .apps import App, Installation
from .core import Core
from .records import OAuthCode
from .refusal import Refusal, missing
from .wire import Call, method
from .workspace import Workspace, new_id

CODE_SECONDS = 600.0


class Misdirected(Exception):
    """Slack shows an error page instead of asking the person."""


def agree(core: Core, url: str, workspace: Workspace, *, whole_organisation: bool = False) -> str:
    """Let a person of `workspace` agree on the authorize page at `url`; returns where the browser
    is sent. Raises `Misdirected` when Slack would not even ask."""
    app, asked = _asked(core, url)
    scopes = asked["scope"].split(",")
    if strange := sorted(set(scopes) - app.bot_scopes):
        raise Misdirected(f"invalid_scope: {', '.join(strange)}")
    code = OAuthCode(
        f"{new_id('1')}.{new_id('2')}.{'ab' * 32}",
        app,
        workspace,
        asked.get("redirect_uri", ""),
        frozenset(scopes),
        core.clock.now() + CODE_SECONDS,
        whole_organisation,
    )
    core.oauth_codes[code.value] = code
    return _back(app, asked, code=code.value)


def decline(core: Core, url: str) -> str:
    """Let a person press Cancel on the authorize page; returns where the browser is sent."""
    app, asked = _asked(core, url)
    return _back(app, asked, error="access_denied")


def _asked(core: Core, url: str) -> tuple[App, dict[str, str]]:
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    app = next((a for a in core.apps.values() if a.client_id == query.get("client_id")), None)
    if app is None:
        raise Misdirected("invalid_client_id")
    if not query.get("scope"):
        raise Misdirected("invalid_scope")
    if not any(query.get("redirect_uri", "").startswith(one) for one in app.redirect_urls):
        raise Misdirected("bad_redirect_uri")
    return app, query


def _back(app: App, asked: dict[str, str], **told: str) -> str:
    state = {"state": asked["state"]} if "state" in asked else {"state": ""}
    return f"{asked['redirect_uri']}?{urlencode(told | state)}"


@method("oauth.v2.access", token="none")
def access(core: Core, call: Call) -> dict[str, Any]:
    client_id, client_secret = call.basic or (call.text("client_id"), call.text("client_secret"))
    app = next((a for a in core.apps.values() if a.client_id == client_id), None)
    if app is None:
        raise Refusal("invalid_client_id")
    if client_secret != app.client_secret:
        raise Refusal("bad_client_secret")
    if not call.text("code"):
        raise missing("code")
    code = core.oauth_codes.get(call.text("code"))
    if code is None or code.app is not app or code.expires < core.clock.now():
        raise Refusal("invalid_code")
    if code.used:
        raise Refusal("code_already_used")
    if code.redirect_uri != call.text("redirect_uri"):
        raise Refusal("bad_redirect_uri")
    code.used = True
    return _granted(_installed(core, code), code)


def _granted(bot: Installation, code: OAuthCode) -> dict[str, Any]:
    team = {"id": code.workspace.team_id, "name": code.workspace.name}
    enterprise = {"id": "E" + code.workspace.team_id[1:], "name": code.workspace.name}
    return {
        "access_token": bot.token,
        "token_type": "bot",
        "scope": ",".join(sorted(bot.scopes)),
        "bot_user_id": bot.bot_user_id,
        "app_id": bot.app.id,
        "team": None if code.whole_organisation else team,
        "enterprise": enterprise if code.whole_organisation else None,
        "authed_user": {"id": next(u.id for u in code.workspace.users.values() if not u.is_bot)},
        "is_enterprise_install": code.whole_organisation,
    }


def _installed(core: Core, code: OAuthCode) -> Installation:
    """Install the app, or return the bot that is there; after a removal with another token."""
    former = core.installation_in(code.workspace.team_id, code.app)
    if former is None:
        bot = core.install(code.app, code.workspace)
        bot.scopes = set(code.scopes)
    elif former.refused_as is None:
        bot = former
        bot.scopes |= code.scopes
    else:
        scopes = set(code.scopes)
        token = f"{former.token}{new_id('x')}"
        bot = replace(former, token=token, scopes=scopes, refused_as=None)
        core.installations[token] = bot
    return bot


@method("auth.revoke")
def revoke(core: Core, call: Call) -> dict[str, Any]:
    if call.flag("test"):
        return {"revoked": False}
    call.bot.refused_as = "token_revoked"
    return {"revoked": True}


def uninstall(core: Core, bot: Installation) -> None:
    """Remove the app from a workspace: both events are sent, and the token is worth nothing."""
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot.bot_user_id]}}
    for event in (revoked, {"type": "app_uninstalled"}):
        if event["type"] in bot.app.events:
            core.deliver(bot, event | {"event_ts": core.new_ts()})
    bot.refused_as = "account_inactive"


def add_authorize_route(app: web.Application, core: Core) -> None:
    """Add the authorize page; whoever opens it agrees at once, for the first workspace."""

    async def authorize(request: web.Request) -> web.Response:
        try:
            there = agree(core, str(request.url), next(iter(core.workspaces.values())))
        except Misdirected as error:
            return web.Response(status=400, text=str(error))
        return web.Response(status=302, headers={"Location": there})

    app.router.add_get("/oauth/v2/authorize", authorize)
