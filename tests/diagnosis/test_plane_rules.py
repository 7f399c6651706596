"""What is said of runs in the plane: each verdict, with what it must not be taken for, and what is tried after it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ganlab import diagnosis, registry
from ganlab.data.points import PLANE
from ganlab.diagnosis import judge_plane, plane_rules
from ganlab.diagnosis.plane_advice import suggest_plane, values_now
from ganlab.diagnosis.plane_evidence import PlaneEvidence, gather_plane
from ganlab.diagnosis.verdicts import (
    DIVERGED,
    DONE,
    EARLY,
    HEALTHY,
    HUNTING,
    MISSING,
    NOT_THERE,
    UNMEASURED,
    VANISHING,
)
from ganlab.registry import Moment
from ganlab.runs import Run, RunWriter, Turn, layout
from ganlab.runs.plane_history import condensed
from ganlab.training import events

RING = PLANE["ring"]
LOOKS, POINTS = 40, 256
RANDOM = np.random.default_rng(0)


def around(modes: Any, looks: int = LOOKS) -> np.ndarray:
    """Points, float32 `[looks, 256, 2]`: at each look around these modes of the ring, or around those of that look."""
    each: list[Any] = [modes(look / looks) if callable(modes) else modes for look in range(looks)]
    places = [RING.modes[np.resize(chosen, POINTS)] for chosen in each]
    return (np.array(places) + RANDOM.normal(0, RING.sigma, [looks, POINTS, 2])).astype(np.float32)


def going(value: Any) -> np.ndarray:
    """A metric at all looks: always the same number, or from one to another."""
    first, last = np.resize(value, 2).tolist()
    return np.linspace(first, last, LOOKS, dtype=np.float32)


def evidence(lie: Any = range(8), quality: Any = 0.9, found: int | None = None, **others) -> PlaneEvidence:
    """4,000 iterations of a GAN whose points lie around these modes; of the metrics each is a number, or what it was
    first and last."""
    seen = around(lie if callable(lie) else [*lie])
    count = found if found is not None else 8 if callable(lie) else len(set(lie))
    metrics = {"modes": count, "high_quality": quality, "jensen_shannon": 0.1, "sliced_wasserstein": 0.2}
    metrics |= others.pop("metrics", {})
    at = np.linspace(100, 4000, LOOKS).astype(np.int64)
    curves = {"generator_loss": 0.7, "discriminator_loss": 1.4, "p_real_of_reals": 0.5, "p_real_of_fakes": 0.5}
    curves |= others.pop("curves", {})
    standard = {
        "done": 4000,
        "total": 4000,
        "modes": RING.modes,
        "curves": {name: np.full(200, value, np.float32) for name, value in curves.items()},
        "looked": at,
        "points": seen,
        "arrows": np.full(LOOKS, 0.3, np.float32),
        "measured": at,
        "quality": {name: going(value) for name, value in metrics.items()},
    }
    return PlaneEvidence(**{**standard, **others})


def said(found: PlaneEvidence) -> str:
    return judge_plane(found).name


def test_all_parts_and_good_points_are_healthy():
    found = judge_plane(evidence())
    assert found.name == HEALTHY and "All 8 parts" in found.what and "90.0% of the samples are good" in found.why


def test_modes_without_points_for_a_while_are_missing_and_named():
    found = judge_plane(evidence([0, 1, 2, 3, 5]))
    assert found.name == MISSING and "3 of the 8 parts" in found.what
    assert "For 2,000 iterations" in found.why and "(-2.0, 0.0)" in found.why and "12.5% of the points" in found.why
    one = judge_plane(evidence([0, 1, 2, 3, 4, 5, 6]))
    assert one.name == MISSING and "1 of the 8 parts (modes) of the data has no points" in one.what


def test_modes_that_are_still_being_found_are_not_missing_yet():
    growing = evidence(lambda share: [*range(2 + int(6 * share))], found=6, metrics={"high_quality": [0.1, 0.7]})
    assert said(growing) == NOT_THERE
    assert said(evidence([0, 1, 2], found=8)) == MISSING, "a single stray sample does not make a mode"


def test_a_few_modes_at_a_time_but_always_others_is_hunting_and_not_missing():
    found = judge_plane(evidence(lambda share: [int(16 * share) % 8, (int(16 * share) + 1) % 8], found=2, quality=0.3))
    assert found.name == HUNTING and "2 of the 8 parts (modes) at a time, but 8 different ones" in found.why
    assert said(evidence([0, 1], found=2, quality=0.3)) == MISSING, "the same ones all the time"
    vae = evidence(lambda share: [int(16 * share) % 8], found=1, quality=0.3, gan=False)
    assert said(vae) != HUNTING


def test_a_sure_discriminator_and_arrows_that_are_tiny_are_a_vanishing_gradient():
    still = np.repeat(around([0, 1])[:1], LOOKS, axis=0)
    sure = {"p_real_of_reals": 1.0, "p_real_of_fakes": 0.001}
    tiny = np.full(LOOKS, 0.001, np.float32)
    gone = evidence([0, 1], quality=0.1, curves=sure, points=still, arrows=tiny)
    found = judge_plane(gone)
    assert found.name == VANISHING and "100%" in found.why and "0.0010 long" in found.why
    assert said(replace(gone, arrows=np.full(LOOKS, 0.5))) != VANISHING, "the arrows say where to go"
    nearing = {**gone.quality, "jensen_shannon": np.linspace(0.6, 0.1, LOOKS, dtype=np.float32)}
    assert said(replace(gone, quality=nearing)) != VANISHING, "and it comes closer"
    moving = around(lambda share: [int(16 * share) % 8])
    assert said(replace(gone, points=moving)) == VANISHING, "Adam goes anywhere on tiny gradients"
    assert said(replace(gone, probability=False)) != VANISHING, "a critic is never sure"
    assert said(evidence([0, 1], quality=0.1, points=still, arrows=tiny)) != VANISHING, "it is not sure"


def test_what_is_no_number_or_out_of_the_plane_has_diverged():
    assert said(evidence(curves={"generator_loss": np.nan})) == DIVERGED
    assert said(evidence(message=events.DIVERGED.format(12))) == DIVERGED
    away = judge_plane(evidence(points=around(range(8)) + 40.0))
    assert away.name == DIVERGED and "left the plane" in away.what


def test_nothing_is_said_before_there_is_enough_to_see_or_right_after_a_turn():
    first = evidence(done=150, total=4000, looked=np.arange(1, 151, 20), points=around([0], 8))
    assert said(first) == EARLY
    turned = judge_plane(evidence([0], begin=3900, turned=True))
    assert turned.name == EARLY and "turning the knob" in turned.what and "3,900" in turned.why
    assert said(evidence(done=40, total=40)) != EARLY, "a short run that is over"


def test_points_beside_the_modes_are_not_there_yet_while_they_get_better_and_else_no_longer_improving():
    rising = judge_plane(evidence(quality=[0.2, 0.6]))
    assert rising.name == NOT_THERE and "beside them" in rising.what
    assert said(evidence(quality=0.5, metrics={"jensen_shannon": [0.5, 0.2]})) == NOT_THERE
    assert said(evidence(quality=0.5)) == DONE


def test_data_without_separate_parts_are_judged_by_how_far_the_points_are_from_them():
    nothing = {"modes": np.nan, "high_quality": np.nan}
    falls = {"real": {"jensen_shannon": 0.03}, "modes": np.empty([0, 2])}
    going = judge_plane(evidence(metrics={**nothing, "jensen_shannon": [0.6, 0.1]}, **falls))
    assert going.name == NOT_THERE and "0.030 for real points" in going.why
    still = judge_plane(evidence(metrics=nothing, **falls))
    assert still.name == UNMEASURED and "no separate parts" in still.what
    assert said(replace(evidence(), quality={})) == UNMEASURED, "nobody measured anything"


def test_every_sentence_is_one():
    every = [evidence(), evidence([0, 1, 2]), evidence(quality=0.5), evidence(curves={"generator_loss": np.nan})]
    for one in map(judge_plane, every):
        assert one.what.endswith(".") and one.why.strip().endswith(".") and "nan" not in one.why, one


def made(folder, modes=(0, 1), state: Any = "stopped", model="plane-gan", done: int = 400, turns=(), **values) -> Run:
    """A run whose points lie around these modes in each of its iterations."""
    spec = registry.get(model)
    moment = Moment(spec.points)
    writer = RunWriter.create(
        folder,
        model=model,
        preset=next(iter(spec.presets)),
        values=spec.values(changes=values),
        dataset="ring",
        iterations=done,
        curves=["seconds", *(curve.name for curve in spec.curves)],
        quality=["modes", "high_quality", "jensen_shannon", "sliced_wasserstein"],
        points=spec.points,
        heat=moment.heat,
        nodes=moment.nodes,
        extent=4.0,
        preview_images=0,
    )
    rows = np.full([done, len(writer.run.config.curves)], 0.5, np.float32)
    rows[:, 0] = np.arange(done) / 100
    writer.iterations(rows, around([*modes], done).astype(np.float16))
    for iteration in range(0, done + 1, 10):
        writer.preview(iteration, RANDOM.normal(0, 0.3, moment.size).astype(np.float16))
        if iteration:
            metrics = {"modes": len(modes), "high_quality": 0.9, "jensen_shannon": 0.3, "sliced_wasserstein": 1.0}
            writer.quality(iteration, metrics)
    writer.reals(RING.sample(1000, RANDOM)[0])
    if turns:
        writer.turns(turns)
    writer.progress(done, done / 100)
    writer.status(state)
    writer.close()
    return Run(writer.path)


def test_a_run_is_gathered_and_judged(tmp_path):
    found = diagnosis.diagnose(made(tmp_path))
    assert found and found.name == MISSING and "6 of the 8 parts" in found.what
    good = diagnosis.diagnose(made(tmp_path, range(8)))
    assert good and good.name == HEALTHY and "0." in good.why and not good.tries
    gathered = gather_plane(
        made(tmp_path, turns=[Turn(iteration=300, name="r1", value=1.0)]), registry.get("plane-gan")
    )
    assert (gathered.begin, gathered.turned, gathered.length) == (300, True, 100) and gathered.looked.min() > 300
    assert len(gathered.curves["generator_loss"]) == 100 and gathered.arrows == pytest.approx(0.35, abs=0.05)


def test_a_shipped_run_is_judged_by_the_history_beside_it(tmp_path):
    run = made(tmp_path, range(8), state="finished")
    arrays = condensed(run, 30)
    target = tmp_path / "shipped"
    target.mkdir()
    for name in (layout.CONFIG, layout.STATUS, layout.REALS):
        (target / name).write_bytes((run.path / name).read_bytes())
    from ganlab.runs.files import write_record
    from ganlab.runs.records import Published

    write_record(target / layout.CONFIG, run.config.changed(pretrained=Published()))
    assert diagnosis.diagnose(Run(target)) is None, "without a history there is nothing to judge"
    np.savez_compressed(target / layout.HISTORY, allow_pickle=False, **arrays)
    found = diagnosis.diagnose(Run(target))
    assert found and found.name == HEALTHY
    worse = {**arrays, "points": around([0, 1], len(arrays["points"])).astype(np.float16)}
    np.savez_compressed(target / layout.HISTORY, allow_pickle=False, **worse)
    found = diagnosis.diagnose(Run(target))
    assert found and found.name == MISSING and "Packing of 4" in [one.label for one in found.tries]


def tries(run: Run, verdict: str) -> dict[str, diagnosis.Try]:
    return {one.label: one for one in suggest_plane(verdict, run, registry.get(run.model))}


def test_what_is_tried_after_missing_modes_are_new_runs(tmp_path):
    found = tries(made(tmp_path), MISSING)
    assert {label: one.settings for label, one in found.items()} == {
        "Packing of 4": {"packing": 4},
        "Wasserstein loss with a penalty": {"loss": "wasserstein-penalty"},
    }
    assert "Packing of 4" not in tries(made(tmp_path, packing=4), MISSING)
    assert "Packing of 4" not in tries(made(tmp_path, batch_size=130), MISSING), "such a batch has no packs of 4"
    assert tries(made(tmp_path, packing=1), MISSING)["Packing of 2"].settings == {"packing": 2}
    for one in found.values():
        registry.get("plane-gan").values(changes=one.settings)


def test_a_running_training_is_turned_and_one_that_is_over_is_begun_anew(tmp_path, monkeypatch):
    over = tries(made(tmp_path), HUNTING)
    run = made(tmp_path, turns=[Turn(iteration=200, name="generator_learning_rate", value=0.008)])
    assert values_now(run, registry.get(run.model))["generator_learning_rate"] == 0.008
    monkeypatch.setattr(Run, "state", "running")
    live = tries(run, HUNTING)
    half = live["Generator's learning rate 0.004"]
    assert half.turns == {"generator_learning_rate": 0.004} and not half.settings and not half.is_advice
    assert live["R1 penalty 1"].turns == {"r1": 1.0}
    assert over["R1 penalty 1"].settings == {"r1": 1.0} and not over["R1 penalty 1"].turns
    assert tries(run, VANISHING)["Instance noise 0.3"].turns == {"instance_noise": 0.3}
    assert "turns" in diagnosis.Diagnosis("a", "b", "c", (half,)).summary()["tries"][0]


def test_each_verdict_has_something_to_try_for_both_models(tmp_path):
    gan, vae = made(tmp_path, loss="minimax"), made(tmp_path, model="plane-vae")
    for verdict in (MISSING, VANISHING, HUNTING, DIVERGED, DONE, NOT_THERE):
        for run in (gan,) if verdict in (VANISHING, HUNTING) else (gan, vae):
            assert tries(run, verdict), (run.model, verdict)
    assert "Non-saturating loss" in tries(gan, VANISHING)
    assert tries(gan, NOT_THERE)["Train on to 800 iterations"].length == 800
    for verdict in (HEALTHY, EARLY, UNMEASURED):
        assert not tries(gan, verdict)


def test_the_rules_come_in_the_order_in_which_they_are_told():
    names = [rule.__name__ for rule in plane_rules.RULES]
    assert names.index("hunting") < names.index("missing") and names[0] == "diverged"
