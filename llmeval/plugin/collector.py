"""Python's cyclic garbage collector, out of the way while a large run is set up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the collector from walking a growing heap again and again, where nothing makes cycles.

    What it was before it is afterwards.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
