"""Terms: all rules and multipliers of a programme, asked for one activity at a time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.activities import Type
from domain.members import Label, LabelKind
from domain.points.records import Multiplier, Rule


class Terms:
    """What a programme pays for. What was set after an activity was judged never touches it, so
    the past reckoned again comes out the same."""

    def __init__(self, rules: Iterable[Rule], multipliers: Sequence[Multiplier] = ()) -> None:
        self.rules, self.multipliers = tuple(rules), tuple(multipliers)
        by_type: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in sorted(self.rules, key=lambda rule: -rule.version):
            by_type[str(rule.activity)].append(rule)
        self._rules = dict(by_type)
        self._multipliers = {
            str(kind): [m for m in self.multipliers if m.activity in (None, kind)]
            for kind in (Type if self.multipliers else ())
        }

    @property
    def labelled(self) -> bool:
        """True when some multiplier asks for a label."""
        return any(m.tier is not None or m.segment is not None for m in self.multipliers)

    def of(self, type: str) -> Sequence[Rule]:
        """Every version of what the type earns, newest first."""
        return self._rules.get(type, ())

    def rule(self, type: str, *, started_at: datetime, at: datetime) -> Rule | None:
        """The version for an activity that started then and was judged at `at`; None: none."""
        for rule in self._rules.get(type, ()):
            if rule.active_from <= started_at and rule.set_at <= at:
                return rule
        return None

    def multiplying(
        self, type: str, *, started_at: datetime, at: datetime, labels: Sequence[Label] = ()
    ) -> Sequence[Multiplier]:
        """The multipliers for such an activity of a member with these labels, by number."""
        found = self._multipliers.get(type)
        if not found:
            return ()
        held = {(label.kind, label.name) for label in labels if label.held(started_at)}
        return [
            m
            for m in found
            if m.active_from <= started_at
            and m.set_at <= at
            and (m.active_until is None or started_at < m.active_until)
            and (m.tier is None or (LabelKind.TIER, m.tier) in held)
            and (m.segment is None or (LabelKind.SEGMENT, m.segment) in held)
        ]
