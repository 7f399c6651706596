"""What the live view shows of a run: its charts and images, in words."""

from typing import Any

from ganlab import data, registry
from ganlab.models import _scores
from ganlab.models._common import REPAIR_CURVES, TOLD
from ganlab.runs import Run
from ganlab.ui.shared.theme import CURVES, DAMAGED, REPAIRED

PLOTS = (
    {
        "title": "Losses",
        "curves": ("generator_loss", "discriminator_loss"),
        "caption": "How badly each network does at its own task. Neither network should win for long. Losses do not "
        "say how good the images are, so look at those, too.",
        "smoothing": True,
    },
    {
        "title": "What the discriminator thinks",
        "curves": ("p_real_of_reals", "p_real_of_fakes", "p_real_told_generator", "discriminator_accuracy"),
        "caption": "P(real) is the discriminator's probability that an image is real. At 0.5, the heavier line, it can "
        "only guess: where both kinds of images meet there, generated images look as real to it as real ones. The "
        "curves are about the images that it is learning from; with images that it has never seen, it may do worse.",
        "unit": True,
        "half": True,
    },
    {
        "title": "The discriminator's scores",
        "curves": ("score_of_reals", "score_of_fakes", "score_told_generator"),
        "caption": "The discriminator gives each image a score. It is no probability and has no scale, and both curves "
        "may wander together: only how far they are apart says something. The nearer they come, the more the two kinds "
        "of images look alike to it (their Wasserstein distance, as far as the discriminator knows it).",
        "smoothing": True,
    },
    {
        "title": "How steep the scores are",
        "curves": ("slope",),
        "caption": "The slope of the score between real and generated images, on average. The penalty keeps it near 1. "
        "Where it leaves 1 for good, the distance between the scores no longer says much.",
        "smoothing": True,
    },
    {
        "title": "Loss",
        "curves": ("loss", "reconstruction"),
        "caption": "The average loss of the images, in nats (units of information). It should fall. The dots, one "
        "after each epoch, are for images that the model does not learn from. Where they rise while the line falls, "
        "the model is memorising its training images.",
        "smoothing": True,
        "settles": True,
    },
    {
        "title": "Accuracy",
        "curves": ("accuracy",),
        "caption": "The line is the share that it reads correctly of the images that it is learning from. The dots, "
        "one after each epoch, are for images that it does not learn from, so they say how well it really reads.",
        "unit": True,
        "smoothing": True,
    },
    {
        "title": "Distance to the lost pixels",
        "curves": ("pixel_loss",),
        "caption": "How far the repairs are from what was there before the damage, in nats (units of information) for "
        "each lost pixel. A blurred guess can come close, so check that the repairs look like strokes, too.",
        "smoothing": True,
        "settles": True,
    },
    {
        "title": "Read correctly",
        "curves": ("accuracy_damaged", "accuracy_repaired"),
        "caption": "The dots, one after each epoch, are the share of test images that a classifier reads correctly, "
        "before and after the repair. The classifier takes no part in the training.",
        "unit": True,
        "judged": True,
    },
    {
        "title": "KL divergence",
        "curves": ("kl",),
        "caption": "How much the latent numbers say about an image, in nats (units of information). Keeping it low "
        "costs sharpness, and gives a plane without holes.",
        "settles": True,
    },
)
TOLD_CAPTION = (
    "There are two curves for generated images because the generator is judged on {why}. Its loss is {minus} the "
    "second curve, “{title}”."
)
BESIDE = {
    "gan": {"title": "Real", "words": "some of the training images"},
    "autoencoder": {"title": "Originals", "words": "test images, which the model never learns from"},
    "classifier": {"title": "Test images", "words": "some of the images that the classifier never learns from"},
    "repair": {"title": "Originals", "words": "test images, which the model never learns from"},
    "plane": {"title": "Real", "words": "some of the training points"},
}
MADE = {
    "gan": "generated",
    "autoencoder": "reconstructed",
    "classifier": "learned from",
    "repair": "repaired",
    "plane": "generated",
}
READ = {
    "read": {
        "title": "What is read as what",
        "words": "Each row is what test images show, each column what the classifier reads, and each cell how many "
        "images. Blue cells are read correctly, orange ones are mistakes. (This is called a confusion matrix.)",
    },
    "repaired": {
        "title": "How a classifier reads them",
        "words": "Each row is what test images show, each column what the classifier reads, and each cell how many "
        "images: blue is read correctly, orange wrongly. The classifier takes no part in the training. (These are "
        "called confusion matrices.)",
    },
}
SCATTER = ("discriminator_loss", "generator_loss")
COLOURS = {"accuracy_damaged": DAMAGED, "accuracy_repaired": REPAIRED}
LINES = {
    "p_real_of_fakes": 1,
    "p_real_told_generator": 2,
    "score_of_fakes": 1,
    "score_told_generator": 2,
    "discriminator_accuracy": 3,
}  # which dashes, see line_chart.js


def drawn(run: Run) -> list[str]:
    """The curves that the view draws, of those that the run has recorded."""
    names = dict.fromkeys(name for plot in PLOTS for name in plot["curves"])
    return [name for name in names if name in run.curves]


def about(run: Run, title: str) -> dict[str, Any]:
    """What the stage needs to know of a run once."""
    spec = registry.get(run.model)
    silent = spec.silent(run.config.values)
    recorded = [curve for curve in spec.curves if curve.name in run.curves and curve.name not in silent]
    read = [curve for curve in REPAIR_CURVES if curve.name in spec.validation]
    known = {curve.name: curve for curve in (*recorded, *read)}

    def chart(plot: dict[str, Any]) -> dict[str, Any]:
        curves = [known[name] for name in plot["curves"] if name in known]
        told = next((one for one in (TOLD, _scores.TOLD) if one.name in plot["curves"] and one.name in known), None)
        minus = "minus" if told is _scores.TOLD else "about minus the logarithm of"
        more = TOLD_CAPTION.format(why=spec.told, title=told.title, minus=minus) if told else ""
        return {**plot, "more": more, "curves": [_line(curve, at) for at, curve in enumerate(curves)]}

    kind = spec.places_are if spec.places else None
    return {
        "run": run.id,
        "title": title,
        "panels": [
            {"title": panel.title, "words": panel.words, "columns": panel.columns, "count": panel.count}
            for panel in spec.panels
        ],
        "real": {**BESIDE[spec.family], "columns": spec.real_columns},
        "made": MADE[spec.family],
        "places": kind,
        "read": READ.get(kind or ""),
        "classes": list(data.class_names_of(run.config)),
        "plots": [plot for plot in map(chart, PLOTS) if plot["curves"]],
        "scatter": [_line(known[name], 0) for name in SCATTER] if all(name in known for name in SCATTER) else None,
    }


def _line(curve: registry.Curve, place: int) -> dict[str, Any]:
    """A curve with its colour, a CSS variable or a colour itself, and the number of its dashes."""
    role = CURVES.get(curve.name)
    colour = COLOURS.get(curve.name) or (f"--{role}" if role else f"--c{place}")
    dash = LINES.get(curve.name, place)
    return {"name": curve.name, "title": curve.title, "help": curve.help, "colour": colour, "dash": dash}
