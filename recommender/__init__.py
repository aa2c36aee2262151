"""Recommender: ranking maths, arrays in and arrays out. It knows no database, member or offer."""
