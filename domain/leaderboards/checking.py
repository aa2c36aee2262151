"""Checking: which boards are sound. Pure."""

from datetime import timedelta

from domain import metrics, programmes
from domain.leaderboards.errors import BadBoard
from domain.leaderboards.records import PLACES_KEPT, Board, League, Measure, Prize, Scope, Span

NAME_CHARACTERS_MAX = 80
DIVISION_CHARACTERS_MAX = 30
DIVISIONS_MAX = 12
MOVED_MAX = 25
IDLE_MAX = 52
CUTOFF_HOURS_MAX = 168
# The next cohorts are dealt only once the last ones are closed.
LEAGUE_CUTOFF_HOURS_MAX = 24
SEASON_DAYS_MAX = 400
PRIZES_MAX = 20
POINTS_MAX = 1_000_000
OF_CHALLENGES = frozenset({Scope.CHALLENGE, Scope.TEAM})


def check(board: Board) -> None:
    """Refuse a board that makes no sense: BadBoard, for the first of these in this order: name,
    filter, firstDay, lastDay, scope, challenge, expiring, cutoffHours, league, prizes.
    """
    if programmes.plain(board.name, longest=NAME_CHARACTERS_MAX) != board.name or not board.name:
        raise BadBoard("name", f"a name is 1 to {NAME_CHARACTERS_MAX} characters of plain text")
    _check_filter(board)
    _check_season(board)
    _check_scope(board)
    if board.expiring and board.measure is not Measure.POINTS:
        raise BadBoard("expiring", "only points expire")
    most = LEAGUE_CUTOFF_HOURS_MAX if board.scope is Scope.COHORT else CUTOFF_HOURS_MAX
    if not 0 <= board.cutoff_hours <= most:
        raise BadBoard("cutoff_hours", f"the cut-off is 0 to {most} hours after the end")
    if board.league is not None:
        _check_league(board.league)
    _check_prizes(board)


def _check_filter(board: Board) -> None:
    try:
        metrics.check_filter(board.filter)
    except metrics.BadFilter as bad:
        raise BadBoard("filter", str(bad)) from bad
    if board.measure is Measure.PROGRESS and board.filter != metrics.ANY:
        raise BadBoard("filter", "what counts for a challenge is said by the challenge")


def _check_season(board: Board) -> None:
    first, last = board.first_day, board.last_day
    if (board.span is Span.SEASON) != (first is not None):
        raise BadBoard("first_day", "a season has a first day, nothing else has one")
    if (first is None) != (last is None):
        raise BadBoard("last_day", "a season has a last day, nothing else has one")
    if first is not None and last is not None:
        if last < first:
            raise BadBoard("last_day", "a season ends on its first day or later")
        if last - first >= timedelta(days=SEASON_DAYS_MAX):
            raise BadBoard("last_day", f"a season has {SEASON_DAYS_MAX} days at most")


def _check_scope(board: Board) -> None:
    if (board.scope is Scope.COHORT) != (board.league is not None):
        raise BadBoard("scope", "a league has cohorts, and only a league")
    if board.scope is Scope.COHORT and board.span not in (Span.WEEK, Span.MONTH):
        raise BadBoard("scope", "a league is played by weeks or months")
    needed = board.scope in OF_CHALLENGES or board.measure is Measure.PROGRESS
    if needed != (board.challenge is not None):
        raise BadBoard("challenge", "a board of a challenge names it, another does not")
    if board.measure is Measure.PROGRESS and board.span is not Span.ALL_TIME:
        raise BadBoard("challenge", "a challenge has its own days: its board is of all time")


def _check_league(league: League) -> None:
    names = league.divisions
    if not 1 <= len(names) <= DIVISIONS_MAX or len(set(names)) != len(names):
        raise BadBoard("league", f"a league has 1 to {DIVISIONS_MAX} different divisions")
    for name in names:
        if not name or programmes.plain(name, longest=DIVISION_CHARACTERS_MAX) != name:
            raise BadBoard("league", f"a division has 1 to {DIVISION_CHARACTERS_MAX} characters")
    if not (0 <= league.promoted <= MOVED_MAX and 0 <= league.demoted <= MOVED_MAX):
        raise BadBoard("league", f"0 to {MOVED_MAX} of a cohort go up, and go down")
    if not 1 <= league.idle_max <= IDLE_MAX:
        raise BadBoard("league", f"1 to {IDLE_MAX} windows may be idle")


def _check_prizes(board: Board) -> None:
    if board.prizes and board.scope is Scope.FRIENDS:
        raise BadBoard("prizes", "places among friends are each member's own: they pay nothing")
    if board.prizes and board.span is Span.ALL_TIME:
        raise BadBoard("prizes", "a board of all time is never closed: it pays nothing")
    if len(board.prizes) > PRIZES_MAX:
        raise BadBoard("prizes", f"there are {PRIZES_MAX} prizes at most")
    taken = 0
    for prize in board.prizes:
        if not taken < prize.first <= prize.last <= PLACES_KEPT:
            raise BadBoard("prizes", f"places rise from 1 to {PLACES_KEPT}, and do not overlap")
        _check_prize(prize)
        taken = prize.last


def _check_prize(prize: Prize) -> None:
    if not 0 <= prize.points <= POINTS_MAX:
        raise BadBoard("prizes", f"a prize is 0 to {POINTS_MAX} points")
    if not prize.points and prize.badge is None:
        raise BadBoard("prizes", "a prize has points or a badge")
    if prize.level is not None and prize.badge is None:
        raise BadBoard("prizes", "only a badge has a level")
