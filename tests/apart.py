"""Work that needs an event loop of its own, where a browser's may be running."""

from concurrent.futures import ThreadPoolExecutor


def apart(do):
    """Do it in a thread of its own, and give what it gives."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()
