"""Pages for whoever reads a message in a browser: a heading and a sentence, or the message itself."""

from html import escape

from starlette.responses import HTMLResponse

_SAYS_ONE_THING = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""It may stand in a frame of ours, where somebody followed a link of a message."""
_NOTHING_RUNS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


def page(title: str, sentence: str, status: int = 200) -> HTMLResponse:
    """A page that says one thing."""
    heading = escape(title)
    head = f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>{heading}</title>'
    body = f"<h1>{heading}</h1><p>{escape(sentence)}</p>"
    whole = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    return HTMLResponse(whole, status, headers={"Content-Security-Policy": _SAYS_ONE_THING})


def letter(html: str, text: str = "") -> HTMLResponse:
    """A message, which somebody else wrote: nothing of it runs, nothing is fetched. Without HTML its text is shown."""
    content = html or f"<!doctype html><pre>{escape(text)}</pre>"
    return HTMLResponse(content, headers={"Content-Security-Policy": _NOTHING_RUNS})
