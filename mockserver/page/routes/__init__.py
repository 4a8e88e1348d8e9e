"""The pages, one file for each part."""

from mockserver.page.routes import (
    actions,
    assets,
    calls,
    coverage,
    docs,
    faults,
    login,
    mail,
    manners,
    news,
    overview,
    rulebook,
    state,
    webhooks,
)

ROUTERS = [
    module.router
    for module in (
        assets,
        login,
        actions,
        news,
        overview,
        calls,
        mail,
        state,
        faults,
        webhooks,
        manners,
        coverage,
        rulebook,
        docs,
    )
]
"""In the order of the navigation; before them what belongs to no part."""
