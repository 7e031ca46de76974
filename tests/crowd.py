"""Who does many things at once while a test does something terrible? A crowd."""

from concurrent.futures import ThreadPoolExecutor, wait


class Crowd:
    """Some threads that work off jobs; the first fault of any is the test's."""

    def __init__(self, jobs, *, at_once):
        self._pool = ThreadPoolExecutor(at_once, "crowd")
        self._futures = [self._pool.submit(job) for job in jobs]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown(wait=False, cancel_futures=True)

    def is_over(self):
        """Tell whether nothing is left to do; raise what went wrong."""
        for one in self._futures:
            if one.done():
                one.result()
        return all(one.done() for one in self._futures)

    def ends(self, seconds):
        """Wait until all is done."""
        wait(self._futures, timeout=seconds)
        assert self.is_over(), "somebody in the crowd never came to an end"
