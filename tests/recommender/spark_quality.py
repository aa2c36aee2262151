"""Factors from a Spark cluster: as good as those of one machine, within a twentieth.

Run by `make test-spark`: a master and two executors as processes of their own, as in a cluster.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from recommender import als, spark
from recommender.als import Factors
from recommender.model import Settings

SETTINGS = Settings(factors=12, regularization=20.0, iterations=12)
MEMBERS, ITEMS, KINDS = 1_500, 300, 12


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A cluster on this machine."""
    built = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("laurel")
        .config("spark.executor.memory", "1g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    yield built
    built.stop()


@pytest.fixture(scope="module")
def seen() -> tuple[csr_matrix, csr_matrix]:
    """Members with a taste for a few kinds of items: what they took, and a quarter held back."""
    rng = np.random.default_rng(6)
    tastes = rng.dirichlet(np.full(KINDS, 0.2), MEMBERS)
    kinds = rng.dirichlet(np.full(ITEMS, 0.1), KINDS)
    taken = rng.poisson(40 * (tastes @ kinds))
    held = (rng.random(taken.shape) < 0.25) & (taken > 0)
    return csr_matrix(np.where(held, 0, taken), dtype=np.float32), csr_matrix(held)


def ndcg(factors: Factors, seen: csr_matrix, held: csr_matrix, *, k: int = 10) -> float:
    """NDCG of the k best items that a member has not had, over members with any held back."""
    scores = np.where(seen.toarray() > 0, -np.inf, factors.members @ factors.items.T)
    lists = np.argsort(-scores, axis=1)[:, :k]
    wanted = held.toarray()
    hits = np.take_along_axis(wanted, lists, axis=1)
    gain = 1 / np.log2(np.arange(2, k + 2))
    counts = wanted.sum(axis=1)
    some = counts > 0
    ideal = np.cumsum(gain)[np.minimum(counts[some], k) - 1]
    return float((hits[some] @ gain / ideal).mean())


def test_a_cluster_is_as_good_as_one_machine(
    session: SparkSession, seen: tuple[csr_matrix, csr_matrix], tmp_path: Path
) -> None:
    past, later = seen
    confidences = past.copy()
    confidences.data = als.confidence(past.data, SETTINGS.alpha)
    steps: list[float] = []

    far = spark.fit(confidences, SETTINGS, session=session, shared=tmp_path, progress=steps.append)

    near = als.fit(confidences, SETTINGS)
    alone, spread = ndcg(near, past, later), ndcg(far, past, later)
    assert session.sparkContext.master.startswith("local-cluster")
    assert far.items.shape == near.items.shape
    assert far.members.shape == near.members.shape
    assert spread == pytest.approx(alone, rel=0.05)
    # And not because any order would do.
    popular = np.asarray(past.sum(axis=0)).ravel()[:, None].astype(np.float32)
    by_popularity = Factors(popular, popular.T @ popular, np.ones((MEMBERS, 1), np.float32))
    assert spread > 1.3 * ndcg(by_popularity, past, later)
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
