"""The mock's own API under `/_mock`. It knows providers only as records, never by name."""

PREFIX = "/_mock"
