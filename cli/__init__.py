"""Cli: the command-line door, for operators and newcomers."""
