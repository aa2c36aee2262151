"""Tests of the FCM stand-in: what it takes, refuses, delivers, and how it goes wrong on purpose."""
