"""How fast the server is, against an empty FastAPI route on the same machine: `python -m tests.performance`."""
