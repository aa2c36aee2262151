"""Game: one reaction to what happens to activities and their points, for all that counts them.

It writes the facts and hands what changed to badges, streaks, tiers, challenges and boards, in
one transaction. It counts nothing itself; why one reaction and not five is in decision 0017.
"""

from domain.game.playing import play
from domain.game.rebuilding import Rebuilt, rebuild

__all__ = ["Rebuilt", "play", "rebuild"]
