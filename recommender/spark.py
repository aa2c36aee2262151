"""Spark: the vectors of items from a cluster, when a programme outgrows one machine.

The same question and the same answer as recommender.als, so that all that is built upon it stays
as it is; the work is done by `pyspark.ml.recommendation.ALS`. On one machine it is 7 to 24 times
slower. pyspark is imported by whoever makes the session: it is no dependency of Laurel.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csr_matrix

from recommender import als
from recommender.als import Factors
from recommender.arrays import Floats
from recommender.model import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Rows of one file, so that the executors have something to share.
ROWS = 1_000_000


def fit(
    confidences: csr_matrix,
    settings: Settings,
    *,
    session: "SparkSession",
    shared: Path,
    progress: Callable[[float], None] = lambda share: None,
) -> Factors:
    """Factors of a matrix (members, items) of confidences, as recommender.als.fit gives them.

    shared -- an empty folder that this process and all executors see under one name; what is
    written there stays, for the caller to remove.
    """
    _written(confidences, shared)
    progress(0.1)
    items = _learned(confidences, settings, session, shared)
    progress(0.9)
    # The exact vectors of all members, from those of the items: nothing else to fetch.
    members = als.vectors(items, confidences, settings)
    gram = items.T @ items + np.float32(settings.regularization) * np.eye(
        settings.factors, dtype=np.float32
    )
    progress(1.0)
    return Factors(items, gram, members)


def _written(confidences: csr_matrix, shared: Path) -> None:
    rows = np.repeat(np.arange(confidences.shape[0]), np.diff(confidences.indptr))
    for number, begun in enumerate(range(0, len(rows), ROWS)):
        part = slice(begun, begun + ROWS)
        table = pa.table(
            {
                "member": pa.array(rows[part], pa.int32()),
                "item": pa.array(confidences.indices[part], pa.int32()),
                # Spark adds the one of a confidence itself.
                "weight": pa.array(confidences.data[part] - 1, pa.float32()),
            }
        )
        pq.write_table(table, shared / f"{number:06}.parquet")


def _learned(
    confidences: csr_matrix, settings: Settings, session: "SparkSession", shared: Path
) -> Floats:
    from pyspark.ml.recommendation import ALS

    solver = ALS(
        rank=settings.factors,
        maxIter=settings.iterations,
        regParam=_regularization(confidences, settings),
        implicitPrefs=True,
        alpha=1.0,
        userCol="member",
        itemCol="item",
        ratingCol="weight",
        seed=settings.seed,
    )
    model = solver.fit(session.read.parquet(str(shared)))
    found = np.zeros((confidences.shape[1], settings.factors), np.float32)
    for row in model.itemFactors.toLocalIterator():
        found[row["id"]] = row["features"]
    return found


def _regularization(confidences: csr_matrix, settings: Settings) -> float:
    """Spark multiplies it by the number of entries of a row or column (Zhou and others, AAIM
    2008), `implicit` does not: here the pull on a middling member times that on a middling item
    is the same.
    """
    members = np.count_nonzero(np.diff(confidences.indptr))
    items = np.unique(confidences.indices).size
    by_member = confidences.nnz / max(members, 1)
    by_item = confidences.nnz / max(items, 1)
    return settings.regularization / max(float(np.sqrt(by_member * by_item)), 1.0)
