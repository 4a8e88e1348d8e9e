"""Where the server is for whoever reads a page."""

from fastapi import Request


def base_url(request: Request, provider: str) -> str:
    """The base URL of a provider, at the address under which the page was asked for.

    The server's own may be another one: a container's port is published under a different number, TLS has one of its own.
    """
    return f"{request.url.scheme}://{request.url.netloc}/{provider}"
