"""Plotting: what was measured of a model, as pictures in light and dark.

Each function draws one figure on given axes and knows nothing of files or pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

# After Okabe and Ito: told apart by people who see colours differently, and on both papers.
COLOURS = ("#2A8FD0", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of the paper and of what is drawn on it."""

    name: str
    paper: str
    ink: str
    faint: str


LIGHT = Theme("light", "#ffffff", "#1f2328", "#d0d7de")
DARK = Theme("dark", "#0d1117", "#e6edf3", "#30363d")
THEMES = (LIGHT, DARK)


def bars(axes: Axes, metrics: Mapping[str, Mapping[str, float]], *, metric: str) -> None:
    """One metric of every model, the best at the top, each with its figure."""
    found = sorted(((values[metric], name) for name, values in metrics.items() if metric in values))
    names = [name for _, name in found]
    values = [value for value, _ in found]
    # The best stands out from the others.
    colours = [COLOURS[1] if name == names[-1] else COLOURS[0] for name in names]
    drawn = axes.barh(names, values, color=colours, height=0.7)
    axes.bar_label(drawn, fmt="%.3f", padding=4)
    axes.set_title(metric)
    axes.margins(x=0.15)
    axes.grid(visible=False, axis="y")


def calibration(axes: Axes, bins: Sequence[Sequence[float]]) -> None:
    """What was expected against what was seen; the size of a dot is how many there were.

    bins -- expected chance, share seen, count.
    """
    most = max((max(expected, seen) for expected, seen, _ in bins), default=1.0) * 1.1
    most = min(most, 1.0) or 1.0
    axes.plot([0, most], [0, most], linestyle="--", color=COLOURS[7], label="as expected")
    largest = max((count for _, _, count in bins), default=1.0)
    axes.scatter(
        [expected for expected, _, _ in bins],
        [seen for _, seen, _ in bins],
        s=[30 + 300 * count / largest for _, _, count in bins],
        color=COLOURS[0],
        alpha=0.8,
        label="seen",
        zorder=3,
    )
    edge = (-most / 40, most)
    axes.set(xlim=edge, ylim=edge, xlabel="expected chance", ylabel="share that did")
    axes.set_title("Calibration")


def lines(
    axes: Axes,
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x: str,
    y: str,
) -> None:
    """Several runs, each of them places and values; the legend stands below them."""
    for number, (name, (places, values)) in enumerate(series.items()):
        axes.plot(places, values, color=COLOURS[number % len(COLOURS)], label=name)
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)
