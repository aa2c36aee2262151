"""Rows of the authorisation walk, one module an area; tests/api/test_authorisation_walk.py reads
them all. Each may have MEMBER, PARTNER and OPS (a field or mutation -> who may see or use it) and
THINGS (a type with an id -> how to come by the id of one of Ada's)."""
