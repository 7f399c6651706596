"""The registry: every architecture is declared completely, and cheap to look at."""

import dataclasses

import pytest

import ganlab
from ganlab import registry
from ganlab.errors import GanlabError
from tests.conftest import HEAVY, imported_by

PUBLISHED = {"art-gan", "art-gan-dense", "dcgan", "dcgan-tf", "dense-gan", "digit-gan", "digit-gan-deep"}
PUBLISHED |= {"autoencoder", "vae"}


def test_all_published_models_are_there_with_the_preset_published():
    assert {spec.name for spec in registry.specs()} >= PUBLISHED
    for name in PUBLISHED:
        assert "published" in registry.get(name).presets


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.name)
def test_every_word_that_a_person_reads_is_there(spec):
    texts = [spec.title, spec.summary, spec.keeps, spec.source.title, spec.source.chapter]
    texts += [knob.help for knob in spec.knobs] + [knob.label for knob in spec.knobs]
    texts += [curve.help for curve in spec.curves] + [preset.summary for preset in spec.presets.values()]
    assert all(text.strip() for text in texts)
    assert all(sentence.endswith(".") for preset in spec.presets.values() for sentence in preset.mended)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(GanlabError, match="dcgan, dcgan-tf"):
        registry.get("stylegan")
    with pytest.raises(GanlabError, match="published"):
        registry.get("dcgan").values("perfect")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "dcgan"},
        {"name": "x", "draws": ()},
        {"name": "x", "presets": {}},
        {"name": "x", "knobs": registry.get("dcgan").knobs[1:]},
        {"name": "x", "knobs": (*registry.get("dcgan").knobs, registry.get("dcgan").knobs[0])},
    ],
)
def test_a_contradictory_declaration_is_refused(change):
    with pytest.raises(ValueError):
        registry.register(dataclasses.replace(registry.get("dcgan"), **change))


@pytest.mark.parametrize(
    ("name", "images", "iterations"),
    [
        ("digit-gan", 5_421, 100),
        ("dense-gan", 60_000, 20_000),
        ("dcgan", 60_000, 20_000),
        ("dcgan-tf", 60_000, 50 * 235),
        ("art-gan", 60_000, 50 * 1_875),
        ("art-gan-dense", 60_000, 10 * 468),
        ("vae", 60_000, 5 * 600),
        ("autoencoder", 60_000, 5 * 600),
    ],
)
def test_the_published_length_in_iterations(name, images, iterations):
    spec = registry.get(name)
    assert spec.iterations(spec.values("published"), images) == iterations


def test_looking_at_the_registry_imports_neither_keras_nor_tensorflow():
    assert not HEAVY & imported_by("import ganlab.registry as r; r.specs()")


def test_an_architecture_has_the_name_of_its_file():
    names = ganlab.models()  # pyright: ignore[reportCallIssue] (a module that can be called)
    assert names == tuple(spec.name for spec in registry.specs())


def test_what_an_older_run_does_not_know_has_the_knobs_default_and_not_the_first_presets():
    told = 0
    for spec in registry.specs():
        first = spec.presets[next(iter(spec.presets))].values
        for knob in spec.knobs:
            kept = {name: value for name, value in spec.values().items() if name != knob.name}
            assert spec.recorded(kept)[knob.name] == knob.default
            told += first.get(knob.name, knob.default) != knob.default
    assert told > 0, "there are presets that begin with something else"
