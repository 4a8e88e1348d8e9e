"""Code that is loaded while the server runs, when it is first asked for."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is made in the block stays for good: the garbage collector looks neither at the making of it nor at it later.

    Looking for garbage takes a sixth of the time that loading does, and looking through what stays would hold a call up for
    tens of milliseconds now and then.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
