"""What the capabilities ask for is found, and an operator can tell it apart."""

from infra.outbox import action_of
from workers import gathering


def test_every_reaction_is_named_after_its_capability() -> None:
    reactions = gathering.reactions()

    assert {"points.award"} <= {reaction.name for reaction in reactions}
    for reaction in reactions:
        assert reaction.body.__module__.startswith(f"domain.{reaction.name.split('.')[0]}")
        assert all(action_of(kind).count(".") == 1 for kind in reaction.events)


def test_every_job_is_named_after_its_capability() -> None:
    jobs = gathering.jobs()

    assert {"ledger.release_due", "transfers.return"} <= {job.name for job in jobs}
    for job in jobs:
        owner = job.name.split(".")[0]
        assert job.body.__module__.startswith((f"domain.{owner}", f"infra.{owner}"))
