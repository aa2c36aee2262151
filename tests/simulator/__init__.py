"""The simulator is code of the product: its laws are tested as any other."""
