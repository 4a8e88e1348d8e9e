"""Pages for whoever reads a message in a browser: a heading and a sentence."""

from html import escape

from starlette.responses import HTMLResponse


def page(title: str, sentence: str, status: int = 200) -> HTMLResponse:
    """A page that says one thing."""
    heading = escape(title)
    body = f"<h1>{heading}</h1><p>{escape(sentence)}</p>"
    return HTMLResponse(f'<!doctype html><html lang="en"><title>{heading}</title>{body}</html>', status)
