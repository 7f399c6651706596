"""What a sweep is called wherever it is named, what varies in it, and how far it is, in words."""

from collections.abc import Iterable, Sequence

from ganlab import data, registry
from ganlab.evaluation.sweep_results import labels, within
from ganlab.evaluation.sweep_tables import NOT_ENDED
from ganlab.knobs import value_in_words
from ganlab.runs import SweepFolder
from ganlab.runs.files import file_names
from ganlab.runs.sweep_records import SweepMember
from ganlab.sharing.reproduce import DATASETS
from ganlab.ui.shared.formatting import classes, listed, many

FEW_VALUES = 4  # of a setting that varies are named one by one


def sweep_title(sweep: SweepFolder) -> str:
    """What it trains on what and what varies, for example `Dense GAN, class 5, by learning rate`."""
    base, spec = sweep.config.base, registry.find(sweep.config.base.model)
    learnt = classes(base.digits, dict(enumerate(data.class_names(base.dataset or ""))))
    if spec and spec.points and not base.digits:
        learnt = sweep_data(sweep)
    return f"{spec.title if spec else base.model}, {learnt}, by {by(varied(sweep))}"


def sweep_data(sweep: SweepFolder) -> str:
    """What it learns from, for example `Fashion-MNIST`."""
    dataset = sweep.config.base.dataset or ""
    return data.title(dataset) or DATASETS.get(dataset, file_names(dataset))


def varied(sweep: SweepFolder, most: int = FEW_VALUES) -> dict[str, str]:
    """What varies in a sweep, with its values in words, by what it is called; of more than `most` values only the ends
    are named."""
    spec, vary = registry.find(sweep.config.base.model), sweep.config.vary
    found = {}
    for name, label in labels(spec.knobs if spec else (), vary).items():
        words = list(map(value_in_words, vary[name]))
        found[label] = ", ".join(words) if len(words) <= most else f"{words[0]} to {words[-1]} ({len(words)})"
    return found


def by(called: Iterable[str]) -> str:
    """What trainings differ in, by what settings are called, as a part of a sentence: `learning rate and dropout`."""
    names = list(map(within, called))
    return listed(names) if names else "seed"


def done_in_words(members: Sequence[SweepMember]) -> str:
    """How many trainings of a sweep are over, and how many of these did not come to their end: `4 of 4 trainings done
    (1 skipped)`."""
    states = [member.state for member in members]
    ended = [f"{count} {state}" for state in NOT_ENDED if (count := states.count(state))]
    over = sum(member.over for member in members)
    return f"{over:,} of {many(len(members), 'training')} done" + (f" ({listed(ended)})" if ended else "")
