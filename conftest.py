"""How Hypothesis plays, in the engine's tests and the plugins' alike."""

from hypothesis import HealthCheck, settings

# How fast examples come says something of the machine, and nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# `make campaign`: long enough to find what a minute does not.
settings.register_profile("campaign", max_examples=2000, stateful_step_count=80, deadline=None)
