"""`sweep`: many trainings as one thing, from a shell."""

import sys
from pathlib import Path
from typing import Any

import click

from ganlab import data, jobs, registry
from ganlab.cli.compare import knob_values
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, interruptible, progress_bar, say, training_options, waiting
from ganlab.errors import GanlabError
from ganlab.jobs.ray_cluster import HERE, place_in_words
from ganlab.runs import SweepFolder, resolve_sweep
from ganlab.runs.sweep_records import SweepMember
from ganlab.training.waiting import about


@cli.command()
@click.argument("model", required=False)
@click.option("--preset", help="A named set of settings.")
@click.option("--digits", help="Classes to learn from: 5, 3,5,8 or all. [what the model is for]")
@click.option("--iterations", type=int, help="How long each training is.")
@click.option("--set", "fixed", multiple=True, metavar="NAME=VALUE", help="A setting of all trainings.")
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME=VALUES",
    help="A setting that varies (3 at most), or preset: NAME=V1,V2,... or NAME=LOW..HIGH:N for N evenly spaced values, "
    "or NAME=LOW..HIGH:N:log for N values each of which is the same multiple of the one before.",
)
@click.option("--seeds", default="1", help="How many seeds, from --seed on, such as 3, or a list, such as 0,3,7. [1]")
@click.option("--sample", type=int, help="Draw so many of the combinations at random, by --seed. [all]")
@click.option("--early", is_flag=True, help="Stop the worse half of the settings early, and half of the others later.")
@click.option("--first", type=int, help="After how many iterations --early stops the first half.")
@click.option(
    "--on",
    metavar="WHERE",
    help="Which machines train: here (one training after the other), ray (many at once, on all cores of this machine), "
    "or the address of a Ray cluster, such as ray://HOST:10001. [here; with --resume, where it began]",
)
@click.option("--gpus-each", type=float, default=1.0, help="GPUs that Ray gives to each training, if it has any. [1]")
@click.option("--resume", metavar="ID", help="Go on with a sweep that was stopped or interrupted.")
@click.option("--add-seeds", help="With --resume: train each setting with so many more seeds, or these, such as 7,8.")
@click.option("--train-skipped", is_flag=True, help="With --resume: train what was skipped, too.")
@training_options
@common_options
@click.pass_context
def sweep(
    ctx: click.Context,
    runs: Path,
    as_json: bool,
    model: str | None,
    resume: str | None,
    on: str | None,
    gpus_each: float,
    add_seeds: str | None,
    train_skipped: bool,
    **given: Any,
) -> None:
    """Train MODEL with every combination of some settings' values and seeds, and see which differences are more than
    chance."""
    from ganlab.jobs import sweeps

    if resume is not None:
        if any(ctx.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE for name in (*given, "model")):
            raise GanlabError("A sweep goes on as it began: give --resume and its ID, and nothing else to train.")
        return _go_on(resolve_sweep(resume, runs, anywhere=True), on, gpus_each, add_seeds, train_skipped, as_json)
    if add_seeds is not None or train_skipped:
        raise GanlabError("Trainings are added to a sweep that there is: name it with --resume ID.")
    if model is None:
        raise GanlabError("Name a model to train, or a sweep to go on with: --resume ID.")
    follow_sweep(sweeps.create_sweep(_request(model, **given), runs, on or HERE, gpus_each), as_json)


def _go_on(
    folder: SweepFolder, on: str | None, gpus_each: float, add_seeds: str | None, train_skipped: bool, as_json: bool
) -> None:
    """Trains what is left of a sweep, and what is added; shows its results where nothing is."""
    from ganlab.jobs import sweep_additions, sweeps

    seeds = sweep_additions.next_seeds(add_seeds, folder.members) if add_seeds else ()
    try:
        follow_sweep(sweeps.reopen_sweep(folder.path, on, gpus_each, seeds=seeds, skipped=train_skipped), as_json)
    except sweeps.NothingLeftError as error:
        if not as_json:
            click.echo(str(error))
        for place, member in enumerate(folder.members):
            if member.state == "failed":
                _tell_training(folder, place, member, as_json)
        _tell_results(folder, "finished", as_json)


def _request(
    model: str,
    digits: str | None,
    fixed: tuple[str, ...],
    vary: tuple[str, ...],
    seeds: str,
    sample: int | None,
    early: bool,
    first: int | None,
    **common: Any,
) -> Any:
    from ganlab.jobs import sweep_requests

    classes = data.parse_digits(digits) if digits else registry.get(model).digits
    base = jobs.Request(model, values=knob_values(model, fixed), digits=classes, **common)
    varied = sweep_requests.parse_vary(model, vary)
    chosen = sweep_requests.parse_seeds(seeds, base.seed)
    return sweep_requests.SweepRequest(base, varied, chosen, sample, early, first)


def follow_sweep(sweep: Any, as_json: bool) -> None:
    """Runs a sweep and tells how it goes; Ctrl-C stops it and says how to go on."""
    from ganlab.jobs.sweeps import Sweep

    assert isinstance(sweep, Sweep)
    told = Told(sweep, as_json)
    with interruptible(lambda: jobs.worker.stop(sweep)) as interrupted:
        told.begin()
        with told.bar:
            jobs.worker.add(sweep)
            while sweep.wait(0.2).active:
                told.show()
            told.show()
    view = sweep.view()
    if view.state == "failed":
        raise GanlabError(f"{view.message} Go on with: python -m ganlab sweep --resume {sweep.folder.path}")
    _tell_results(sweep.folder, view.state, as_json)
    if interrupted and view.state != "finished":
        if not as_json:
            click.echo(f"Stopped. Go on with: python -m ganlab sweep --resume {sweep.folder.path}")
        sys.exit(128 + interrupted[0])


def _tell_training(folder: SweepFolder, place: int, member: SweepMember, as_json: bool) -> None:
    """What became of a training that is over."""
    from ganlab.evaluation.sweep_results import in_words

    path = str(folder.runs_folder / member.run) if member.run else None
    content = {"event": "training", "place": place, **member.to_json(), "run": path}
    words = f"{in_words(registry.get(folder.config.base.model), member.values)}, seed {member.seed}: {member.state}"
    say(as_json, content, f"{words}. {member.why}".strip())


def _tell_results(folder: SweepFolder, state: str, as_json: bool) -> None:
    """What came of a sweep. Raises GanlabError where every training has failed."""
    from ganlab.evaluation import sweep_results

    members = folder.members
    if all(member.state == "failed" for member in members):
        raise GanlabError(members[0].why)
    found = sweep_results.results(folder, members)
    over = {"event": state, "sweep": str(folder.path), "trainings": len(members)}
    say(as_json, {**over, **sweep_results.to_json(found)}, "\n".join(lines(found, folder)))


class Told:
    """What is told of a sweep while it goes on: a line for each training that is over, and a bar where a terminal
    watches."""

    def __init__(self, sweep: Any, as_json: bool) -> None:
        self.sweep, self.as_json = sweep, as_json
        self.bar = progress_bar()
        self.tasks = [self.bar.add_task(name, total=None, figures="") for name in ("Trainings", "Iterations")]
        self.dashboard = ""
        before = enumerate(sweep.progress().members)
        self.known = {at for at, member in before if member.over and member.state != "failed"}  # or it failed just now

    def begin(self) -> None:
        """Says how many trainings it will be, and how long that takes."""
        from ganlab.jobs.sweep_course import to_be_timed

        course, now = self.sweep.course, self.sweep.progress()
        if now.seconds_left is None and self.sweep.parts and not course.spec.points:  # those of points are quick
            requests = [course.request(place) for place, member in enumerate(now.members) if not member.over]
            with waiting("Timing a few iterations"):
                for request in to_be_timed(requests):
                    jobs.time_here(request)
            now = self.sweep.progress()
        count, left = len(now.members), now.seconds_left
        trainings = f"{count} training{'' if count == 1 else 's'}"
        more = f", {now.left} of them still to do" if now.over else ""
        more += "" if self.sweep.on == HERE else f", {place_in_words(self.sweep.on)}"
        time = f"about {about(left)} on this machine" if left is not None else "how long that takes is not known yet"
        path = self.sweep.folder.path
        content = {"event": "created", "sweep": str(path), "trainings": count, "left": now.left, "seconds": left}
        say(self.as_json, content, f"Sweep {path}\n{trainings}{more}: {time}.")

    def show(self) -> None:
        now = self.sweep.progress()
        for at, member in enumerate(now.members):
            if member.over and at not in self.known:
                self.known.add(at)
                _tell_training(self.sweep.folder, at, member, self.as_json)
        if self.sweep.dashboard and not self.dashboard:
            self.dashboard = f"http://{self.sweep.dashboard}"
            say(self.as_json, {"event": "dashboard", "address": self.dashboard}, f"Ray's dashboard: {self.dashboard}")
        left = "" if now.seconds_left is None else f"{about(now.seconds_left)} left"
        self.bar.update(self.tasks[0], completed=now.over, total=len(now.members), figures=left)
        view, count = self.sweep.view(), len(now.at_work)
        figures = view.message or (f"{count} at work" if count > 1 else "")
        self.bar.update(self.tasks[1], completed=view.iteration, total=view.total or None, figures=figures)


def lines(found: Any, folder: SweepFolder) -> list[str]:
    """What came of a sweep, for people: a table, the best run, and what the differences are worth."""
    from ganlab.cli.terminal import table
    from ganlab.evaluation.sweep_results import written

    if found.figure is None:
        return [found.verdict]
    rows = []
    for setting in found.settings:
        one = setting.summary
        spread = "-" if one.spread is None else written(found.figure, one.spread)
        early = "stopped early" if "stopped early" in setting.states else ""
        rows.append([setting.words, written(found.figure, one.mean), spread, str(one.n), early])
    told = ["", *table(["Settings", f"{found.figure.title}, mean", "Standard deviation", "Seeds", ""], rows), ""]
    if found.best:
        told.append(f"The best run is {found.best.path}.")
    return [*told, found.verdict]
