"""Simulator: people with habits who bring a programme to life, for demos and for proofs.

It uses the verbs that real requests use. What it knows and the product must find out by itself,
such as who cheats, is written to a file of its own and never to the database.
"""
