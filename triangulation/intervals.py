"""How far may a share of so few be trusted, and may that be said at all?"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from triangulation.errors import TriangulationError


class ShareError(TriangulationError):
    """Counts that are not a share of anything, or a confidence that is not one."""


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the Wilson score interval of a proportion, without correction.

    Args:
        successes: How many of the `n` had the property, 0 to `n`.
        n: How many were looked at, at least 1.
        confidence: The nominal coverage, between 0 and 1, both excluded.

    Returns:
        Both ends as proportions, 0.0 to 1.0. With no success the lower end is
        exactly 0.0, with nothing but successes the upper end exactly 1.0.

    Raises:
        ShareError: If the counts or the confidence are outside these ranges.

    Source:
        Wilson, Journal of the American Statistical Association 22 (1927)
        209-212; method 3 of Newcombe, Statistics in Medicine 17 (1998)
        857-872, which recommends it for small numbers.
    """
    _check_counts(successes, n)
    if not 0 < confidence < 1:
        raise ShareError(f"a confidence lies between 0 and 1, not at {confidence}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    middle = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At both ends of the range rounding must not leave a stray 1e-17.
    low = 0.0 if successes == 0 else (middle - reach) / scale
    high = 1.0 if successes == n else (middle + reach) / scale
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count of a total, which is what a small number should be printed as.

    Attributes:
        count: How many, 0 to `of`.
        of: Of how many, at least 1.
        interval: The 95 % Wilson interval, or None where none may be printed.
    """

    count: int
    of: int
    interval: tuple[float, float] | None

    @property
    def words(self) -> str:
        """Return the share as people say it: *8 of 10*."""
        return f"{self.count} of {self.of}"

    @property
    def percent(self) -> int:
        """Return the whole percentage, halves rounded up."""
        return (200 * self.count + self.of) // (2 * self.of)


def share(successes: int, n: int, *, sampled_at_random: bool) -> Share:
    """Describe a share, with an interval only where one means something.

    An interval speaks about reviews that were not looked at. It may be printed
    only where those that were looked at were drawn at random; otherwise the
    share is of these reviews and says nothing about others.

    Raises:
        ShareError: If the counts are not a share.
    """
    _check_counts(successes, n)
    interval = wilson(successes, n) if sampled_at_random else None
    return Share(count=successes, of=n, interval=interval)


def _check_counts(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ShareError(f"{successes} of {n} is not a share")
