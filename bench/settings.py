"""The settings of production, with one page more that does nothing."""

from trato.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
API_CALLS_A_MINUTE = 0
