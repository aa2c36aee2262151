"""The Merkle tree against published vectors, and the bytes of a row."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from domain.ledger import hashing

# The test vectors of Certificate Transparency's reference implementation.
INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
ROW = {
    "book": 1,
    "kind": 3,
    "month": 24322,
    "id": UUID("019aa000-0000-7000-8000-000000000001"),
    "debit": 7,
    "credit": -2,
    "amount": 30,
    "debit_seq": 4,
    "debit_balance": 70,
    "credit_seq": None,
    "credit_balance": None,
    "xid": 912,
    "at": datetime(2026, 11, 22, 12, 0, 0, 1, UTC),
    "ref": UUID("019aa000-0000-7000-8000-000000000002"),
    "grp": None,
    "actor": None,
    "lots": None,
    "meta": '{"why": "café"}',
}


def leaves(count: int) -> list[bytes]:
    return [sha256(b"\x00" + bytes([n])).digest() for n in range(count)]


def test_a_tree_has_the_roots_of_the_published_vectors() -> None:
    roots = []
    for count in range(1, 9):
        tree = hashing.Tree()
        for text in INPUTS[:count]:
            tree.add(sha256(b"\x00" + bytes.fromhex(text)).digest())
        roots.append(tree.root().hex())

    assert tuple(roots) == ROOTS
    assert hashing.Tree().root() == sha256().digest()


def test_every_leaf_of_every_small_tree_climbs_to_its_root_and_nowhere_else() -> None:
    for size in range(1, 34):
        for index in range(size):
            tree = hashing.Tree(index)
            for leaf in leaves(size):
                tree.add(leaf)
            root, path = tree.root(), tree.path

            assert hashing.climbed(leaves(size)[index], path, index=index, size=size) == root
            for wrong in (index - 1, index + 1, size):
                climbed = hashing.climbed(leaves(size)[index], path, index=wrong, size=size)
                assert climbed != root
            assert hashing.climbed(b"x" * 32, path, index=index, size=size) != root
            if path:
                assert (
                    hashing.climbed(leaves(size)[index], path[:-1], index=index, size=size) is None
                )
            longer = [*path, b"y" * 32]
            assert hashing.climbed(leaves(size)[index], longer, index=index, size=size) is None


def test_a_row_is_encoded_as_its_description_says() -> None:
    encoded = hashing.encoded(ROW)

    assert encoded == b"".join(
        (
            b"\x01",
            (0b1000100111).to_bytes(2, "big"),
            (1).to_bytes(4, "big"),
            (3).to_bytes(2, "big"),
            (24322).to_bytes(2, "big"),
            ROW["id"].bytes,
            (7).to_bytes(8, "big"),
            (-2).to_bytes(8, "big", signed=True),
            (30).to_bytes(8, "big"),
            (4).to_bytes(8, "big"),
            (70).to_bytes(8, "big"),
            bytes(16),
            (912).to_bytes(8, "big"),
            (1795348800_000001).to_bytes(8, "big"),
            ROW["ref"].bytes,
            bytes(32),
            (0).to_bytes(4, "big"),
            (16).to_bytes(4, "big"),
            b'{"why": "caf\xc3\xa9"}',
        )
    )


@pytest.mark.parametrize("name", hashing.OPTIONAL)
def test_null_is_not_encoded_as_nothing_or_zero(name: str) -> None:
    zero = {"lots": "", "meta": ""}.get(name, UUID(int=0) if name in ("ref", "grp", "actor") else 0)

    assert hashing.encoded(ROW | {name: None}) != hashing.encoded(ROW | {name: zero})


@pytest.mark.parametrize("name", hashing.COLUMNS)
def test_every_column_is_in_the_bytes(name: str) -> None:
    full = ROW | {
        "credit_seq": 2,
        "credit_balance": 9,
        "grp": ROW["id"],
        "actor": ROW["id"],
        "lots": "{24322,5}",
    }
    value = full[name]
    match value:
        case UUID():
            other = UUID(int=value.int ^ 1)
        case datetime():
            other = value + timedelta(microseconds=1)
        case str():
            other = value.replace("2", "3").replace("w", "v")
        case _:
            other = value + 1

    assert hashing.encoded(full | {name: other}) != hashing.encoded(full)
    assert len(full) == len(hashing.COLUMNS)


def test_lots_and_meta_cannot_borrow_bytes_from_each_other() -> None:
    one = hashing.encoded(ROW | {"lots": "ab", "meta": "c"})

    assert one != hashing.encoded(ROW | {"lots": "a", "meta": "bc"})
