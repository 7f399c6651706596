"""The printable page: what a chapter shows of a run, on one page that prints well."""

import numpy as np
import streamlit as st

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.evaluation import comparison, run_summary
from ganlab.evaluation.comparison import written
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, describe_length, describe_size, plane_pictures, thumbnails
from ganlab.runs.folders import ships
from ganlab.runs.plane_history import PlaneHistory
from ganlab.ui.runs import print_charts, print_sections, run_verdicts
from ganlab.ui.runs.paper import figure, paper
from ganlab.ui.shared.curve_means import thin
from ganlab.ui.shared.curve_plots import BESIDE, PLOTS
from ganlab.ui.shared.formatting import day, plain, span
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.run_labels import spec_of, title_of
from ganlab.ui.shared.run_states import STATES

PLANE_WIDTH = 320
IN_THE_PLANE = (
    "Points that the generator makes (brown) and real ones (green). The discriminator takes blue places for real."
)
SHEET, COLUMNS = 100, 10
SHEETS = {  # what they show, over a run and at its end
    "gan": ("How its images changed", "What it draws"),
    "classifier": ("What it learned from", "What it reads"),
    "repair": ("How its repairs changed", "What it repairs"),
    "plane": ("How its points moved", "What it draws"),
}


def show(run: Run) -> None:
    """All of it, from the heading to the last sheet; of a run that has not begun, what there is."""
    with paper():
        st.title(plain(title_of(run)), anchor=False)
        _about(run)
        _findings(run)
        _examples(run)
        rows = run.metrics()
        if len(rows):
            _curves(run, rows)
        else:
            _record(run)
        print_sections.show(run)
        with st.container(key="sheet"):
            _sheet(run)


def _about(run: Run) -> None:
    config, status = run.config, run.status
    used = config.data
    facts = [
        f"{STATES.get(status.state, status.state)}, {describe_length(run.done or status.iteration)}",
        span(status.seconds),
        f"{used.images:,} {'points' if config.points else 'images'} from {used.title}" if used else config.dataset,
        f"{config.device}, {config.precision}",
        f"seed {config.seed}",
        day(config.created),
        describe_size(run.size()),
    ]
    st.caption(plain(f"Run {run.path.name} · " + " · ".join(fact for fact in facts if fact)))
    if status.state == "failed":
        st.caption(plain(status.message))
    try:
        spec = registry.get(run.model)
    except GanlabError as error:
        st.warning(plain(str(error)))
        return
    preset = spec.presets.get(config.preset)
    st.markdown(f"{spec.summary} From {spec.source.title}, {spec.source.chapter} ({spec.source.year}).")
    for sentence in preset.mended if preset else ():
        st.caption(f"Note on the source: {sentence}")


def _findings(run: Run) -> None:
    """The verdict, the number that says most, and the settings, as far as each is known."""
    lines = []
    verdict = run_verdicts.find(run)
    if verdict is not None:
        lines.append(f"**Verdict: {verdict.name}.** {plain(verdict.what)}")
    metric = _metric(run)
    if metric:
        lines.append(f"**Metric.** {plain(metric)}.")
    try:
        changes = run_summary.changed_settings(run)
    except GanlabError:  # its architecture, or its preset, is no more
        changes = None
    if changes is not None:
        changed = f". Changed from it: {'; '.join(changes)}." if changes else ", unchanged."
        words = f"Preset {run.config.preset}{changed}"
        if run.total:
            words += f" Length: {describe_length(run.total)}."
        lines.append(f"**Settings.** {plain(words)}")
    st.markdown("\n\n".join(lines))


def _metric(run: Run) -> str:
    """The metric that says most, with what real images get; of other than GANs what test images say."""
    found = comparison.ends(run)["quality"] or (run.measured() or {})
    main = metric_catalog.main_of([name for name, value in found.items() if value is not None])
    if not main:
        return run_summary.metric(run)
    return f"{metric_catalog.BY_NAME[main[0]].title} {metric_catalog.written_beside(main[0], found)}"


def _examples(run: Run) -> None:
    """Real images, and the parts of the newest preview; of points a picture of the newest moment."""
    spec = spec_of(run)
    if run.config.points:
        made = PlaneHistory(run).made
        if made:
            words = f"{IN_THE_PLANE} After {describe_length(made[-1])}."
            st.image(plane_pictures.last_picture(run), words, PLANE_WIDTH, alt=words, output_format="PNG")
        return
    if spec is None:
        return
    reals, newest = run.reals(), run.preview()
    shown = []
    if len(reals):
        beside = BESIDE[spec.family]
        shown.append((reals, 8, f"{beside['title']}: {beside['words']}."))
    if newest is not None:
        iteration, preview = newest
        for panel in spec.panels:
            part, preview = preview[: panel.count], preview[panel.count :]
            words = f"{panel.title} after {describe_length(iteration)}: {panel.words}."
            shown.append((part, int(np.ceil(np.sqrt(max(1, len(part))))), words))
    for column, (part, columns, words) in zip(st.columns(max(1, len(shown))), shown, strict=False):
        with column:
            sheet(part, columns, words, words)


def _curves(run: Run, rows: np.ndarray) -> None:
    iterations, means = thin(rows, 1)
    column = {name: means[:, index] for index, name in enumerate(run.curves)}
    rough = {name: rows[:, index] for index, name in enumerate(run.curves)}
    titles = _curve_titles(run)

    def named(**names: str) -> print_charts.Named:
        return [(name, title, column[name]) for name, title in names.items() if name in column and column[name].any()]

    losses = named(generator_loss="generator", discriminator_loss="discriminator")
    averaged = _averaged(len(rows), len(iterations))
    if losses:
        chart = print_charts.curves(iterations, losses, "loss")
        figure("losses", "Losses", chart, f"{PLOTS[0]['caption']} {averaged}")
    things = "points" if run.config.points else "images"
    beliefs = named(
        discriminator_accuracy="accuracy",
        p_real_of_reals=f"P(real) of real {things}",
        p_real_of_fakes=f"P(real) of generated {things}",
    )
    if beliefs and not (run.config.points and not plane_pictures.gives_probability(run)):
        words = (
            "P(real) is the discriminator's probability that an image is real. Accuracy is the share of images that it "
            "judges correctly. At 0.5, the dotted line, it can only guess."
        )
        if run.config.points:
            words = "P(real) is the discriminator's probability that a point is real. At 0.5 it can only guess."
        chart = print_charts.curves(iterations, beliefs, "probability", probability=True)
        figure("beliefs", "What the discriminator thinks", chart, words)
    for plot in PLOTS[2:]:
        drawn = [(name, titles[name], column[name]) for name in plot["curves"] if name in column]
        if drawn:
            figure(plot["curves"][0], plot["title"], print_charts.curves(iterations, drawn, ""), averaged)
    if losses and {"generator_loss", "discriminator_loss"} <= rough.keys():
        _scatter(rough["discriminator_loss"], rough["generator_loss"])


def _scatter(discriminator: np.ndarray, generator: np.ndarray) -> None:
    numbers = np.arange(1, len(generator) + 1)
    related = print_charts.correlation(discriminator, generator)
    here = "" if related is None else f" Here the correlation over all iterations is {related:+.2f}."
    words = (
        f"{_dots(len(numbers))} If one network gains what the other loses, the dots lie along a falling line (a "
        f"correlation near -1). If both networks get worse together, along a rising line (near +1).{here}"
    )
    chart = print_charts.against(discriminator, generator, numbers, "discriminator's loss", "generator's loss")
    figure("scatter", "One loss against the other", chart, words)


def _dots(iterations: int) -> str:
    if iterations <= print_charts.MOST_POINTS:
        return "Each dot is one iteration."
    return f"Each dot is one of {print_charts.MOST_POINTS:,} iterations, evenly spread."


def _averaged(iterations: int, points: int) -> str:
    each = describe_length(max(2, round(iterations / points)))
    return "" if points == iterations else f"Each point is the mean of about {each}."


def _record(run: Run) -> None:
    """The numbers that a published run was stored with, in place of curves."""
    record = run.config.pretrained
    if not record:
        st.info("This run has recorded no iteration yet.")
        return
    titles = _curve_titles(run)
    st.header("At its end", anchor=False)
    st.table({titles.get(name, name): written(name, value) for name, value in record.figures.items()}, border=True)
    came = "comes with ganlab" if ships(run) else "was published"
    words = f"Each number is the average over the last {record.averaged_over:,} iterations. "
    words += f"This run {came} without its curves and earlier images."
    if not record.commands:  # which an imported one leaves behind
        st.caption(words)
        return
    st.caption(f"{words} These commands reproduce it:")
    st.code("\n".join(record.commands), language=None, wrap_lines=True)


def _curve_titles(run: Run) -> dict[str, str]:
    spec = spec_of(run)
    return {curve.name: curve.title for curve in spec.curves} if spec else {}


def _sheet(run: Run) -> None:
    iterations, drawn = thumbnails(run, SHEET)
    if not len(drawn):
        return
    spec = spec_of(run)
    family = spec.family if spec else "gan"
    grew, ends = SHEETS.get(family, SHEETS["gan"])
    st.header(grew if iterations[0] != iterations[-1] else ends, anchor=False)
    things = "pictures of the plane" if run.config.points else "images"
    words = f"{len(drawn)} {things}, in reading order. {_which(run, iterations, family)}"
    sheet(drawn, COLUMNS, words, words)


def _which(run: Run, iterations: np.ndarray, family: str) -> str:
    if run.config.points:
        return f"They are of iterations {iterations[0]:,} to {iterations[-1]:,}. {IN_THE_PLANE}"
    made = {"classifier": "learned from", "repair": "repaired"}.get(family, "drawn")
    if run.config.pretrained:
        return f"All were {made} after {describe_length(iterations[-1])}."
    if run.pruned:
        return f"This run was pruned. These images are from the iterations that it has kept: {_list(iterations)}."
    if len(iterations) == run.done:
        return f"Each is the first image that was {made} at an iteration, from 1 to {run.done:,}."
    step, begins = (iterations[-1] - iterations[0]) / max(1, len(iterations) - 1), _list(iterations[::COLUMNS])
    return (
        f"Each is the first image that was {made} at an iteration, from 1 to {iterations[-1]:,} in steps of about "
        f"{step:.0f}. The rows begin at iterations {begins}."
    )


def _list(iterations: np.ndarray) -> str:
    return ", ".join(f"{iteration:,}" for iteration in iterations.tolist())
