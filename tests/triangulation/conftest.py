"""Properties are tried without a clock: a busy machine is no reason to fail."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")
