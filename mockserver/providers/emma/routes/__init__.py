"""Where it travels: one router for each resource. A literal path wins over a parameter, whatever the order."""

from mockserver.providers.emma.routes import (
    audiences,
    bulk,
    calendar,
    deliveries,
    fields,
    forwards,
    group_members,
    groups,
    imports,
    mailings,
    members,
    memberships,
    messages,
    resends,
    searches,
    signups,
    split_tests,
    unserved,
    webhooks,
)

ROUTERS = [
    module.router
    for module in (
        audiences,
        bulk,
        calendar,
        deliveries,
        fields,
        forwards,
        group_members,
        groups,
        imports,
        mailings,
        members,
        memberships,
        messages,
        resends,
        searches,
        signups,
        split_tests,
        unserved,
        webhooks,
    )
]
