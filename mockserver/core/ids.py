"""Identifiers that a workspace hands out: counted, never drawn, so that the same calls give the same ids."""

import hashlib


class Ids:
    """Counters by kind, and tokens made from them.

    The counters travel with the workspace's database (see `Workspace.commit`), so that a clone, a reset
    and a restarted state file all go on where they should.
    """

    __slots__ = ("changed", "counters", "seed")

    def __init__(self, seed: str, counters: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.counters = dict(counters or {})
        self.changed = False

    def number(self, kind: str) -> int:
        """The next number of its kind: 1, 2, 3, ..."""
        return self.numbers(kind, 1)[0]

    def numbers(self, kind: str, count: int) -> range:
        """The next `count` numbers of their kind."""
        first = self.counters.get(kind, 0) + 1
        self.counters[kind] = first + count - 1
        self.changed = True
        return range(first, first + count)

    def skip_past(self, kind: str, number: int) -> None:
        """Never hand out `number` or a lower one of this kind again."""
        if number > self.counters.get(kind, 0):
            self.counters[kind] = number
            self.changed = True

    def token(self, kind: str) -> str:
        """A secret-looking text of 32 hexadecimal digits that differs between workspaces and seeds."""
        return self.fingerprint(f"{kind}:{self.number(kind)}")[:32]

    def fingerprint(self, text: str) -> str:
        """64 hexadecimal digits that stand for a text in this workspace; nothing is counted."""
        return hashlib.sha256(f"{self.seed}:{text}".encode()).hexdigest()
