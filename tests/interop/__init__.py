"""Tests against other people's software from npm; `make interop` runs them, plain pytest does not.

Their files are called `interop_*.py`. What they need is in package.json, locked; Node itself
comes with the development environment.
"""
