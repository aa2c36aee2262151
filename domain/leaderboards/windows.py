"""Windows: which window of a board a moment belongs to, and when it begins and ends. Pure.

A day begins at its first instant in the board's zone, also where clocks are put forward at
midnight and the day has no midnight.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.leaderboards.records import Board, Span, Window

BEGINNING = date(1970, 1, 1)
DAY = timedelta(days=1)


def window_of(board: Board, at: datetime) -> Window | None:
    """The window that `at` belongs to; None outside of a season."""
    window = window_on(board, first_day(board, at.astimezone(ZoneInfo(board.zone)).date()))
    return window if window.holds(at) else None


class Windows:
    """The windows of many boards and moments, each reckoned once: for a batch."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, datetime], date] = {}
        self._windows: dict[tuple[UUID, date], Window] = {}

    def of(self, board: Board, at: datetime) -> Window | None:
        """As `window_of`."""
        moment = (board.zone, at)
        day = self._days.get(moment)
        if day is None:
            day = self._days[moment] = at.astimezone(ZoneInfo(board.zone)).date()
        key = (board.id, first_day(board, day))
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = window_on(board, key[1])
        return window if board.span is not Span.SEASON or window.holds(at) else None


def window_on(board: Board, starts_on: date) -> Window:
    """The window with that first day, as `first_day` says it."""
    if board.span is Span.ALL_TIME:
        return Window(starts_on, None, None, None)
    ends_at = begins(board.zone, _next(board, starts_on))
    closes_at = ends_at + timedelta(hours=board.cutoff_hours)
    return Window(starts_on, begins(board.zone, starts_on), ends_at, closes_at)


def first_day(board: Board, day: date) -> date:
    """The first day of the window that `day` is in; a season's for every day."""
    match board.span:
        case Span.DAY:
            return day
        case Span.WEEK:
            return day - (day.isoweekday() - 1) * DAY
        case Span.MONTH:
            return day.replace(day=1)
        case Span.SEASON:
            assert board.first_day is not None, "a season has dates"
            return board.first_day
        case Span.ALL_TIME:
            return BEGINNING


def previous(board: Board, starts_on: date) -> date | None:
    """The first day of the window before; None where there is but one."""
    if board.span in (Span.SEASON, Span.ALL_TIME):
        return None
    return first_day(board, starts_on - DAY)


def begins(zone: str, day: date) -> datetime:
    """The first instant of that date in that zone."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def _next(board: Board, starts_on: date) -> date:
    match board.span:
        case Span.DAY:
            return starts_on + DAY
        case Span.WEEK:
            return starts_on + 7 * DAY
        case Span.MONTH:
            return (starts_on + 31 * DAY).replace(day=1)
        case _:
            assert board.last_day is not None, "a season has dates"
            return board.last_day + DAY
