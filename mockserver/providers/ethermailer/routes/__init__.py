"""Where it travels: one router for each resource, in the order in which paths are tried."""

from mockserver.providers.ethermailer.routes import (
    contact_groups,
    contacts,
    extra_fields,
    imports,
    registrations,
    sender_profiles,
    users,
)

# The literal paths of imports and registrations would be taken for contact ids, so they come before contacts.
ROUTERS = [
    module.router for module in (users, sender_profiles, contact_groups, extra_fields, imports, registrations, contacts)
]
