"""What ganlab's speed is compared with: the same networks, which learn."""

import sys

import numpy as np
import pytest

from benchmarks import peers, peers_keras, training
from benchmarks.peers_networks import PEERS
from ganlab import registry
from ganlab.errors import GanlabError
from tests.models.making import IMAGES

LABELS = np.arange(len(IMAGES), dtype=np.uint8) % 10


@pytest.mark.parametrize("name", [name for name in peers.MODELS if name != "dcgan"])  # whose step dense-gan has
def test_keras_alone_has_the_same_networks_and_learns(name: str):
    spec = registry.get(name)
    values = spec.values("published", {"batch_size": 2})
    peer = peers_keras.Peer(spec, values, IMAGES, LABELS, "float32", run_eagerly=True)
    peers.check_sizes(name, "Keras", peer.parameters())
    before = {key: network.trainable_variables[0].numpy() for key, network in peer.networks.items()}
    losses = peer.model.fit(peer.data.take(1), shuffle=False, verbose=0).history
    assert np.isfinite(list(losses.values())).all()
    for key, network in peer.networks.items():
        assert (network.trainable_variables[0].numpy() != before[key]).any(), key


def test_in_the_printed_loop_both_networks_learn(monkeypatch: pytest.MonkeyPatch):
    networks, own = [], training.kerass_own
    monkeypatch.setattr(training, "kerass_own", lambda network: networks.append(own(network)) or networks[-1])
    spec = registry.get("dense-gan")
    step = training.published_loop(spec, spec.values("published", {"batch_size": 4}), IMAGES)
    before = [network.get_weights() for network in networks]
    step()
    for network, weights in zip(networks, before, strict=True):
        assert any((a != b).any() for a, b in zip(network.get_weights(), weights, strict=True)), network.name


def test_every_model_has_a_peer_in_pytorch():
    assert set(PEERS) == set(peers.MODELS)


def test_networks_of_other_sizes_are_refused():
    with pytest.raises(GanlabError, match="dense-gan in PyTorch"):
        peers.check_sizes("dense-gan", "PyTorch", {"generator": 1, "discriminator": 100_609})


def test_without_pytorch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(sys, "argv", ["peers", "dense-gan"])
    with pytest.raises(SystemExit) as ended:
        peers.main()
    assert ended.value.code == 2 and "requirements-peers.txt" in capsys.readouterr().err
