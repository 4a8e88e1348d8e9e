"""Where it travels: one router for each resource."""

from mockserver.providers.emfluence.routes import (
    activity_search,
    contact_imports,
    contact_search,
    contacts,
    custom_fields,
    email_history,
    email_log,
    email_search,
    emails,
    group_search,
    groups,
    helper,
    sending,
    subscriptions,
    templates,
    transactional,
    unserved,
    users,
)

ROUTERS = [
    module.router
    for module in (
        activity_search,
        contact_imports,
        contact_search,
        contacts,
        custom_fields,
        email_history,
        email_log,
        email_search,
        emails,
        group_search,
        groups,
        helper,
        sending,
        subscriptions,
        templates,
        transactional,
        unserved,
        users,
    )
]
