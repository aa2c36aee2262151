"""Reporting: a page about a trained model that needs nothing but itself.

The pictures are inside the page, in light and dark; the same pictures lie beside it as PNG, and
every figure that is drawn can also be read in a table.
"""

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recommender import plotting
from recommender.plotting import THEMES, Theme

Draw = Callable[[Axes], None]
DPI = 144
OF_LISTS = {
    "Coverage": "The share of all items that is recommended to anybody at all.",
    "Novelty": "How unusual is what is recommended: one more is half as many members who have it.",
    "Popularity bias": "How popular what is recommended is, over what members chose later: 1 is "
    "without bias, and above it popular items are shown more than they are wanted.",
}
STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --faint: #d0d7de; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --faint: #30363d; }
}
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
img { height: auto; max-width: 100%; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--faint); padding: .3rem .8rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure of a page: its file name, its title, what it shows in words, and its table."""

    name: str
    title: str
    about: str
    draw: Draw
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    tall: float = 3.6


def write_report(
    folder: Path,
    facts: Mapping[str, Any],
    *,
    title: str,
    lines: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write the page and its pictures; the path of index.html.

    facts -- Model.facts: "metrics" by model and name; "calibration" with "said", "came", "size"
    and "ece", as recommender.ranking measures it. What is missing is left out, and when all is,
    the page says that nothing was measured.
    lines -- what stands at the top: a word and its value.
    """
    return write_page(folder, pictures(facts), title=title, lines=lines)


def pictures(facts: Mapping[str, Any]) -> Sequence[Picture]:
    """What can be drawn of a model's facts."""
    return [*_metrics(facts), *_calibration(facts)]


def write_page(
    folder: Path,
    drawn: Sequence[Picture],
    *,
    title: str,
    lines: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write any pictures as such a page; the path of index.html."""
    folder.mkdir(parents=True, exist_ok=True)
    body = [f"<h1>{html.escape(title)}</h1>", _table((), lines)]
    if not drawn:
        body.append("<p>Nothing was measured: there was too little to hold back for it.</p>")
    for picture in drawn:
        pngs = {theme.name: _png(picture, theme) for theme in THEMES}
        for theme, png in pngs.items():
            (folder / f"{picture.name}-{theme}.png").write_bytes(png)
        body.append(_section(picture, pngs))
    page = folder / "index.html"
    page.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body>{''.join(body)}</body></html>\n"
    )
    return page


def _metrics(facts: Mapping[str, Any]) -> Sequence[Picture]:
    metrics: Mapping[str, Mapping[str, float]] = facts.get("metrics") or {}
    names = list(dict.fromkeys(name for values in metrics.values() for name in values))
    if not names:
        return ()
    main = next((name for name in names if name.startswith("ndcg")), names[0])
    rows = [
        [model, *(f"{values[name]:.4f}" if name in values else "" for name in names)]
        for model, values in metrics.items()
    ]
    return [
        Picture(
            "metrics",
            "Quality by model",
            f"{main} on the days that were held back, of each way to find candidates and of all "
            "together. More is better.",
            lambda axes: plotting.bars(axes, metrics, metric=main),
            ["model", *names],
            rows,
            tall=1.2 + 0.4 * len(metrics),
        ),
        *_of_lists(metrics),
    ]


def _of_lists(metrics: Mapping[str, Mapping[str, float]]) -> Sequence[Picture]:
    """What the lists themselves are like: a bar for each model, the figures stand above."""
    found = []
    for title, about in OF_LISTS.items():
        start = title.split()[0].lower()
        name = next((n for values in metrics.values() for n in values if n.startswith(start)), None)
        if name is not None:
            found.append(_bars(start, title, about, metrics, name))
    return found


def _bars(
    name: str, title: str, about: str, metrics: Mapping[str, Mapping[str, float]], metric: str
) -> Picture:
    return Picture(
        name,
        title,
        about,
        lambda axes: plotting.bars(axes, metrics, metric=metric),
        tall=1.2 + 0.4 * len(metrics),
    )


def _calibration(facts: Mapping[str, Any]) -> Sequence[Picture]:
    said = facts.get("calibration") or {}
    bins = list(zip(*(said.get(name, ()) for name in ("said", "came", "size")), strict=True))
    if not bins:
        return ()
    return [
        Picture(
            "calibration",
            "Calibration",
            "A chance of a tenth should come true one time in ten: the dots should lie on the "
            "line, and large ones are made of more decisions. The expected calibration error is "
            f"{said['ece']:.4f}.",
            lambda axes: plotting.calibration(axes, bins),
            ["expected", "seen", "count"],
            [[f"{expected:.4f}", f"{seen:.4f}", f"{count:,.0f}"] for expected, seen, count in bins],
            tall=5.0,
        )
    ]


def _png(picture: Picture, theme: Theme) -> bytes:
    # A figure of its own: pyplot would keep every one alive and look for a display.
    figure = Figure(figsize=(8, picture.tall), layout="constrained", facecolor=theme.paper)
    axes = figure.add_subplot(facecolor=theme.paper)
    axes.grid(color=theme.faint, linewidth=0.8)
    picture.draw(axes)
    _themed(axes, theme)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _themed(axes: Axes, theme: Theme) -> None:
    axes.tick_params(colors=theme.ink, length=0)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.faint)
    legend = axes.get_legend()
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
    for text in [*texts, *(legend.get_texts() if legend else ())]:
        text.set_color(theme.ink)


def _section(picture: Picture, drawn: Mapping[str, bytes]) -> str:
    sources = {name: base64.b64encode(png).decode() for name, png in drawn.items()}
    return (
        f"<h2>{html.escape(picture.title)}</h2><p>{html.escape(picture.about)}</p><picture>"
        '<source media="(prefers-color-scheme: dark)" '
        f'srcset="data:image/png;base64,{sources["dark"]}">'
        f'<img alt="{html.escape(picture.title)}" '
        f'src="data:image/png;base64,{sources["light"]}"></picture>'
        f"{_table(picture.heads, picture.rows)}"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    thead = f"<thead><tr>{head}</tr></thead>" if heads else ""
    return f'<div class="wide"><table>{thead}<tbody>{body}</tbody></table></div>'
