"""The service's small pages: the list of models, one model, and the 404 for everything else."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .families import MODELS
from .faults import fails


def list_models() -> web.Response:
    """Return GET /v1/models."""
    return web.json_response({"object": "list", "data": [_model(name) for name in MODELS]})


def show_model(name: str) -> web.Response:
    """Return GET /v1/models/{name}, 404 for an unknown one."""
    if name in MODELS:
        return web.json_response(_model(name))
    fault = fails(404, message=f"The model '{name}' does not exist", param="model")
    return web.Response(status=404, body=fault.body, content_type="application/json")


def nowhere(http: web.Request) -> web.Response:
    """Return the 404 of a path that the service does not have."""
    fault = fails(404, message=f"Invalid URL ({http.method} {http.path})", code="unknown_url")
    return web.Response(status=404, body=fault.body, content_type="application/json")


def _model(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": 1_789_000_000,
        "owned_by": "system",
        "shutdown_date": MODELS[name],
    }
