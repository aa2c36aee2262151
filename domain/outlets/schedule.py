"""What outlets do by the clock."""

from datetime import timedelta

from domain.outlets.guessing import forget_guesses
from infra.jobs import Job

JOBS = (Job("outlets.guesses", timedelta(minutes=10), forget_guesses),)
