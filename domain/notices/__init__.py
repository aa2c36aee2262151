"""Notices: which events a member hears of, and what they are to them.

It turns events into items of inboxes and orders of pushes. Whether and when a push goes is decided
by windows, how a text reads by wording.
"""

from domain.notices.opening import LETTERS, opened
from domain.notices.reading import opens, worded
from domain.notices.records import Notice
from domain.notices.telling import TOLD, notice

__all__ = ["LETTERS", "TOLD", "Notice", "notice", "opened", "opens", "worded"]
