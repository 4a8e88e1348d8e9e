"""Answers on hot paths."""

from typing import Any

from pydantic_core import to_json
from starlette.responses import Response


def as_json(answer: Any, *, media_type: str = "application/json") -> Response:
    """An answer whose shape mypy has checked; FastAPI would check it at every call and write it more slowly.

    Saves a tenth of a page of fifty. The route names the shape as its `response_model`, for the OpenAPI document.
    """
    return Response(to_json(answer), media_type=media_type)
