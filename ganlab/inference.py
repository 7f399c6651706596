"""A run as an object to use: uint8 images in and out."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.backend import start_tensorflow
from ganlab.errors import GanlabError
from ganlab.runs import Run, layout, resolve, runs_folder
from ganlab.runs.folders import shipped

BATCH = 256  # images at a time
SCORE_SAMPLES = 16  # draws from the posterior for one score
IMPORTANCE_BATCH = 50  # importance samples of an image at a time
MOST_SAMPLES = 100_000
EXAMPLES = 100
EXAMPLES_OF_EACH = 96  # class, where one can be asked for
MOST_ALTERNATIVES = 64
CANDIDATES = 4  # repairs that are made for each alternative
JUDGES = {"mnist": "classifier", "offline": "classifier", "fashion-mnist": "fashion-classifier"}  # by data set
BROWSER_LAYERS = {
    "Activation": "activation",
    "Conv2D": "convolution",
    "Conv2DTranspose": "transposed",
    "Dense": "dense",
    "FourierFeatures": "waves",
}
TURN = threading.Lock()  # pages that ask at the same time take turns


def describe_networks(spec: registry.ModelSpec, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each network's `parameters`, `input` shape, and `layers` with `kind`, `output` shape and `parameters`."""
    start_tensorflow()
    from ganlab.models import create

    return {name: _describe(network) for name, network in create(spec, values).networks.items()}


def _describe(network: Any) -> dict[str, Any]:
    return {
        "parameters": network.count_params(),
        "input": list(network.input_shape[1:]),
        "layers": [
            {
                "kind": type(layer).__name__,
                "output": list(layer.output.shape[1:]),
                "parameters": layer.count_params(),
            }
            for layer in network.layers
        ],
    }


class TrainedModel:
    """A run's networks with its weights, ready to use."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        """`weights` is one of the run's snapshots; without it the newest weights are used. Raises GanlabError."""
        start_tensorflow()
        from ganlab import models
        from ganlab.models import _weights

        self.run = run
        weights = weights or run.weights
        if weights is None:
            raise GanlabError(f"The run {run.id} has not kept any weights yet; let it train a little longer.")
        spec = registry.get(run.model)
        with TURN:
            self._model = models.create(spec, spec.values(changes=run.config["values"]))
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])

    def examples(self, images: np.ndarray) -> np.ndarray:
        """Something that the model makes, of `images`, uint8 `[n, 28, 28]`, where it needs some: what half precision
        may not spoil, float or uint8, in grey levels."""
        raise NotImplementedError

    def take_weights(self, weights: Path) -> None:
        """Goes over to another of the run's snapshots, which is quicker than building networks anew. Raises
        GanlabError."""
        from ganlab.models import _weights

        with TURN:
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])

    def save_weights(self, path: Path) -> None:
        """Writes what using the model needs as one of a run's files of weights."""
        from ganlab.models import _weights

        _weights.save(path, self._model.inference_state(), **{_weights.ITERATION: self.iteration})

    def networks(self) -> dict[str, Any]:
        """The networks that using the model takes, by name."""
        names = dict.fromkeys(name.partition("/")[0] for name in self._model.inference_state())
        return {name: self._model.networks[name] for name in names}

    def about(self) -> dict[str, Any]:
        """What a program that uses these networks itself has to know of them; JSON-able."""
        spec = registry.get(self.run.model)
        return {"title": spec.title, "family": spec.family, "pixels": self._model.pixels}


class DrawingRun(TrainedModel):
    """A trained model that draws: `latent_size` numbers describe an image."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self._generate = tf.function(self._model.preview, reduce_retracing=True)

    def examples(self, images: np.ndarray) -> np.ndarray:
        return self.sample(EXAMPLES)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "latent_size": self.latent_size, "classes": getattr(self._model, "classes", 0)}

    @property
    def latent_size(self) -> int:
        return self._model.latent_size

    def latents(self, n: int, seed: int = 0) -> np.ndarray:
        """What `sample` draws from: standard normal, float32 `[n, latent_size]`."""
        if not 1 <= n <= MOST_SAMPLES:
            raise GanlabError(f"Between 1 and {MOST_SAMPLES:,} samples can be drawn at a time, not {n}.")
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        return self._model.preview_inputs(n, seed)[:, : self.latent_size]

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`; the same for the same seed, whatever else is asked for."""
        return self.decode(self.latents(n, seed))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, of latents `[n, latent_size]`. Raises GanlabError for another shape."""
        return _in_batches(self._generate, self._checked(latents))

    def _checked(self, latents: np.ndarray) -> np.ndarray:
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_size or not np.isfinite(latents).all():
            raise GanlabError(f"Latents are finite numbers, {self.latent_size} for each image.")
        return latents


class GANRun(DrawingRun):
    """A trained GAN, ready to draw; of a conditional one a class can be asked for."""

    def examples(self, images: np.ndarray) -> np.ndarray:
        return self.sample(EXAMPLES_OF_EACH * self.classes or EXAMPLES)

    @property
    def classes(self) -> int:
        """How many classes there are to ask for; 0 where none can be."""
        return self._model.classes

    def sample(self, n: int, seed: int = 0, digit: int | None = None) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`, of the class `digit`, else of all classes in turn where there are
        any; the same for the same seed and digit, whatever else is asked for. Raises GanlabError."""
        return self.decode(self.latents(n, seed), None if digit is None else np.full(n, digit))

    def decode(self, latents: np.ndarray, digits: np.ndarray | None = None) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, of latents `[n, latent_size]` and, where classes can be asked for, of these
        classes `[n]`: without them of all in turn. Raises GanlabError for other shapes and classes."""
        return _in_batches(self._generate, self._with_classes(self._checked(latents), digits))

    def _with_classes(self, latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
        if not self.classes:
            if digits is not None:
                raise GanlabError(
                    f"{self.run.id} draws what it likes; only a conditional GAN can be asked for a class."
                )
            return latents
        asked = np.arange(len(latents)) % self.classes if digits is None else np.asarray(digits)
        whole = asked.shape == (len(latents),) and asked.dtype.kind in "iu"
        if not whole or ((asked < 0) | (asked >= self.classes)).any():
            raise GanlabError(f"A class is a whole number from 0 to {self.classes - 1}, one for each image.")
        return self._model.with_classes(latents, asked)

    def p_real(self, images: np.ndarray) -> np.ndarray | None:
        """How likely the discriminator holds uint8 `[n, 28, 28]` to be real, float32 `[n]`; None where the run has not
        kept the discriminator that goes with its generator: a pretrained one has none."""
        if self._judging is None or self._judging[0] != self.iteration:
            self._judging = self.iteration, self._load_discriminator()
        judge = self._judging[1]
        return None if judge is None else _in_batches(judge, as_images(images))

    _judging: tuple[int, Callable[..., Any] | None] | None = None

    def _load_discriminator(self) -> Callable[..., Any] | None:
        import tensorflow as tf

        from ganlab.models import _weights

        for file in layout.checkpoints(self.run.path):
            if layout.iteration_of(file) != self.iteration or not hasattr(self._model, "p_real_of"):
                continue
            with contextlib.suppress(GanlabError), TURN:
                _weights.load(file, self._model.weights_of("discriminator"), _weights.ITERATION)
                return tf.function(self._model.p_real_of, reduce_retracing=True)
        return None

    def first_layer(self, latents: np.ndarray) -> np.ndarray:
        """What the generator's first layer makes of latents `[n, latent_size]`, float32 `[n, units]`: every generator
        here begins with a Dense layer, which leaves the activation to the next."""
        with TURN:
            inputs = self._with_classes(latents, np.zeros(len(latents), int) if self.classes else None)
            return self._model.sampler.layers[0](inputs).numpy().reshape(len(latents), -1)


class AutoencoderRun(DrawingRun):
    """A trained autoencoder, variational or plain, ready to encode, decode and judge."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        model = self._model
        self.variational = model.variational

        def encode(images):
            return tf.stack(model.encode(model.scale(images)), axis=1)

        def nats(images, key):
            return tf.stack(model.parts(model.scale(images), key, False)[:2], axis=1)

        def log_weights(images, key):
            return model.log_weights(model.scale(images), key)

        self._encode, self._nats, self._log_weights = (
            tf.function(function, reduce_retracing=True) for function in (encode, nats, log_weights)
        )

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and log-variance, float32 `[n, latent_size]` each, of the posterior of uint8 `[n, 28, 28]`.

        The log-variances of a plain autoencoder, which names a point, are 0.
        """
        found = _in_batches(self._encode, as_images(images))
        return found[:, 0], found[:, 1]

    def decoder_layers(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
        """The decoder for a program that runs it itself (assets/decoder.js): its layers, and their arrays by name, in
        half precision as its 16 bits."""
        layers, arrays = [], {}
        for index, layer in enumerate(self._model.decoder.layers):
            kind = type(layer).__name__
            if kind == "Reshape":
                continue
            about: dict[str, Any] = {"kind": BROWSER_LAYERS[kind]}
            if kind != "FourierFeatures":
                about["activation"] = layer.activation.__name__
            if kind.startswith("Conv"):
                about |= {"k": layer.kernel_size[0], "side": layer.input.shape[1], "stride": layer.strides[0]}
            for name in ("kernel", "bias"):
                if getattr(layer, name, None) is not None:
                    about[name] = f"{name}-{index}"
                    arrays[about[name]] = getattr(layer, name).numpy().astype(np.float16).view(np.uint16)
            layers.append(about)
        return layers, arrays

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What decoding the means of uint8 `[n, 28, 28]` gives, the same shape."""
        return self.decode(self.encode(images)[0])

    def nats(self, images: np.ndarray, samples: int = 1, seed: int = 0) -> np.ndarray:
        """Reconstruction and KL divergence in nats, float32 `[n, 2]`, of uint8 `[n, 28, 28]`: expectations over
        `samples` draws from the posterior. Their sum is the negative bound (ELBO)."""
        images = as_images(images)
        draws = [_in_batches(self._nats, images, (seed, draw)) for draw in range(samples)]
        return np.mean(draws, axis=0)

    def score(self, images: np.ndarray) -> np.ndarray:
        """The bound (ELBO) on log p(image) in nats, float32 `[n]`, of uint8 `[n, 28, 28]`: higher is more usual.

        Of a plain autoencoder, which has no probabilities, minus the reconstruction's cross-entropy.
        """
        nats = self.nats(images, SCORE_SAMPLES)
        return -(nats.sum(axis=1) if self.variational else nats[:, 0])

    def importance_bound(self, images: np.ndarray, samples: int = 500, seed: int = 0) -> np.ndarray:
        """The importance-weighted bound in nats, float32 `[n]` (Burda, Grosse and Salakhutdinov, 2016, equation 8)."""
        images = as_images(images)
        found = []
        for start in range(0, samples, IMPORTANCE_BATCH):
            count = min(IMPORTANCE_BATCH, samples - start)
            copies = images.repeat(count, axis=0)
            found.append(_in_batches(self._log_weights, copies, (seed, 1000 + start)).reshape(len(images), count))
        weights = np.concatenate(found, axis=1).astype(np.float64)
        most = weights.max(axis=1, keepdims=True)
        return (most[:, 0] + np.log(np.exp(weights - most).mean(axis=1))).astype(np.float32)


class ClassifierRun(TrainedModel):
    """A trained classifier, ready to read."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self.temperature = float(run.config.get("pretrained", {}).get("temperature", 1.0))
        self._read = tf.function(self.logits, reduce_retracing=True)
        self._features = tf.function(self._model.features, reduce_retracing=True)

    def logits(self, images: Any) -> Any:
        """Logits, a tensor float32 `[n, 10]`, of a tensor uint8 `[n, 28, 28]`, as the network gives them."""
        return self._model.read(images)

    def classify(self, images: np.ndarray) -> np.ndarray:
        """A probability for each class, float32 `[n, 10]`, of uint8 `[n, 28, 28]`.

        A published model's are calibrated: the logits are divided by its temperature (Guo and others, "On calibration
        of modern neural networks", 2017).
        """
        return self._calibrated(_in_batches(self._read, as_images(images)))

    def _calibrated(self, logits: np.ndarray) -> np.ndarray:
        logits = logits.astype(np.float64) / self.temperature
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def features(self, images: np.ndarray) -> np.ndarray:
        """What its answers are made from, float32 `[n, size]`, of uint8 `[n, 28, 28]`."""
        return _in_batches(self._features, as_images(images))

    @property
    def features_size(self) -> int:
        """How many numbers `features` gives for each image."""
        return int(self._model.network.layers[-1].input.shape[-1])

    def classify_features(self, features: np.ndarray) -> np.ndarray:
        """As `classify`, from what `features` gives."""
        return self._calibrated(_in_batches(self._model.network.layers[-1], features))

    def examples(self, images: np.ndarray) -> np.ndarray:
        return 255.0 * self.classify(images)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "temperature": self.temperature}


class RepairRun(TrainedModel):
    """A trained generator that repairs digits."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self._repair = tf.function(self._model.repair, reduce_retracing=True)
        self._rank = tf.function(self._model.rank, reduce_retracing=True) if self.has_noise else None

    def about(self) -> dict[str, Any]:
        return {**super().about(), "keeps_the_rest": self.keeps_the_rest, "noise_size": self._model.noise_size}

    @property
    def has_noise(self) -> bool:
        """Whether one damage has several repairs."""
        return self._model.noise_size > 0

    @property
    def has_critic(self) -> bool:
        """Whether a critic judged its repairs while it learnt, and can rank them."""
        return self.has_noise and bool(self.run.config["values"].get("adversarial_weight"))

    @property
    def keeps_the_rest(self) -> bool:
        """Whether pixels outside the damage come back as they were."""
        return self._model.keeps_the_rest

    def repair(self, images: np.ndarray, mask: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        """Whole images, uint8 `[n, 28, 28]`, from damaged ones of the same kind.

        `mask`, bool `[n, 28, 28]` or `[28, 28]`, is True where damaged. Without it the damage is not known: a
        RepairGAN then adds strokes and removes none. `seed` 0 is the plainest repair; others vary
        it. An image whose mask is empty is not damaged and stays as it is with a RepairGAN. Raises GanlabError.
        """
        images = as_images(images)
        masks = None if mask is None else as_masks(mask, len(images))
        return self._fill(images, masks, self._noise(len(images), seed))

    def alternatives(self, images: np.ndarray, mask: np.ndarray | None, k: int = 4, seed: int = 0) -> np.ndarray:
        """`k` different repairs of each image, uint8 `[n, k, 28, 28]`, those that the critic thinks likeliest first.

        Made are four times as many, with the seeds from `seed` on. Chosen are the likeliest, then each time the one
        farthest from those chosen (Gonzalez, 1985). Without a critic the first is chosen first, and that order stays.
        Raises GanlabError where the model knows one repair for each damage.
        """
        if self._rank is None:
            raise GanlabError(f"{self.run.id} makes one repair of each damage; choose a repair GAN for several.")
        if not 1 <= k <= MOST_ALTERNATIVES:
            raise GanlabError(f"Between 1 and {MOST_ALTERNATIVES} repairs can be made, not {k}.")
        images, masks = as_images(images), None if mask is None else as_masks(mask, len(images))
        noise = np.concatenate([self._noise(1, seed + number) for number in range(CANDIDATES * k)])
        found = [np.empty([0, k, 28, 28], np.uint8)]
        piece = max(1, BATCH // len(noise))
        for at in range(0, len(images), piece):
            lost = None if masks is None else masks[at : at + piece]
            found.append(self._choose(images[at : at + piece], lost, noise, k))
        return np.concatenate(found)

    def _choose(self, images: np.ndarray, masks: np.ndarray | None, noise: np.ndarray, k: int) -> np.ndarray:
        """`k` of the repairs that as many rows of noise make."""
        n, m = len(images), len(noise)
        lost = None if masks is None else masks.repeat(m, axis=0)
        made = self._fill(images.repeat(m, axis=0), lost, np.tile(noise, (n, 1)))
        scores = np.zeros([n, m], np.float32)
        if self._rank and self.has_critic:
            scores = _in_batches(self._rank, made, None, as_masks(lost, n * m)).reshape(n, m)
        made = made.reshape(n, m, 28, 28)
        chosen = farthest(made, scores.argmax(axis=1), k)
        order = np.argsort(-np.take_along_axis(scores, chosen, axis=1), axis=1, kind="stable")
        return np.take_along_axis(made, np.take_along_axis(chosen, order, axis=1)[:, :, None, None], axis=1)

    def _fill(self, images: np.ndarray, mask: np.ndarray | None, noise: np.ndarray) -> np.ndarray:
        masks = as_masks(mask, len(images))
        made = _in_batches(self._repair, images, None, masks, noise)
        return made if mask is None or not self.keeps_the_rest else np.where(masks, made, images)

    def _noise(self, n: int, seed: int) -> np.ndarray:
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        size = [1, self._model.noise_size]
        noise = np.random.default_rng(seed).standard_normal(size, np.float32) if seed else np.zeros(size, np.float32)
        return noise.repeat(n, axis=0)  # so that an image's repair does not depend on those beside it

    def examples(self, images: np.ndarray) -> np.ndarray:
        damaged, mask = images[:EXAMPLES].copy(), np.zeros([28, 28], bool)
        mask[10:18, 10:18] = True
        damaged[:, mask] = 0
        return self.repair(damaged, mask)


def farthest(images: np.ndarray, first: np.ndarray, k: int) -> np.ndarray:
    """Of each row's images, uint8 `[n, m, 28, 28]`, the places of `k` that lie far apart, int64 `[n, k]`: the `first`,
    int64 `[n]`, then each time the one whose mean difference from the nearest of those chosen is largest. None is
    chosen twice."""
    points = images.reshape(*images.shape[:2], 28 * 28).astype(np.float32)
    chosen = first[:, None].astype(np.int64)
    apart = np.full(images.shape[:2], np.inf, np.float32)
    while chosen.shape[1] < k:
        last = np.take_along_axis(points, chosen[:, -1:, None], axis=1)
        apart = np.minimum(apart, np.abs(points - last).mean(axis=2))
        np.put_along_axis(apart, chosen, -1.0, axis=1)
        chosen = np.column_stack([chosen, apart.argmax(axis=1)])
    return chosen


def as_masks(mask: np.ndarray | None, n: int) -> np.ndarray:
    """The same masks, bool `[n, 28, 28]`, none where damaged if there is no mask; raises GanlabError if they are not
    masks for `n` images."""
    if mask is None:
        return np.zeros([n, 28, 28], bool)
    masks = np.asarray(mask)
    if masks.ndim == 2:
        masks = masks[None].repeat(n, axis=0)
    if masks.shape != (n, 28, 28) or masks.dtype != bool:
        raise GanlabError("A mask says of each of the 28 x 28 pixels of an image whether it is damaged (bool).")
    return masks


def as_images(images: np.ndarray) -> np.ndarray:
    """The same images, if they are uint8 `[n, 28, 28]`; raises GanlabError if not."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise GanlabError("Images are whole numbers from 0 to 255 (uint8), 28 x 28 for each.")
    return images


def _in_batches(
    function: Callable[..., Any], inputs: np.ndarray, key: tuple[int, int] | None = None, *beside: np.ndarray
) -> np.ndarray:
    """`function` over the inputs and the arrays `beside` them, `BATCH` at a time, each batch with a key of its own
    where there is randomness."""
    if not len(inputs):  # not every kernel takes none
        one = [np.zeros([1, *array.shape[1:]], array.dtype) for array in (inputs, *beside)]
        return _in_batches(function, one[0], key, *one[1:])[:0]
    found = []
    for number, start in enumerate(range(0, len(inputs), BATCH)):
        keys = () if key is None else (np.array([key[0] + number, key[1]], np.int32),)
        with TURN:
            found.append(function(*(array[start : start + BATCH] for array in (inputs, *beside)), *keys).numpy())
    return np.concatenate(found)


FAMILIES: Mapping[str, type[TrainedModel]] = {
    "gan": GANRun,
    "autoencoder": AutoencoderRun,
    "classifier": ClassifierRun,
    "repair": RepairRun,
}


def load(run: str | Path | Run, runs: str | Path | None = None) -> Any:
    """The run of this path, id or pretrained name, ready to use, as its family's class in `FAMILIES`. Raises
    GanlabError."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    return FAMILIES[registry.get(found.model).family](found)


def load_weights(run: Run, weights: Path) -> Any:
    """As `load`, with one of the files of weights that the run has kept."""
    return FAMILIES[registry.get(run.model).family](run, weights)


OTHER_FAMILY = {
    "gan": "is no GAN; choose one.",
    "autoencoder": "is no autoencoder, so there is nothing to encode with; choose a VAE or the like.",
    "classifier": "is no classifier, so it cannot read; choose one.",
    "repair": "does not repair images; choose a repair GAN or the like.",
}


def load_family(family: str, run: str | Path | Run, runs: str | Path | None = None) -> Any:
    """As `load`; raises GanlabError where the run is of another family."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    if registry.get(found.model).family != family:
        raise GanlabError(f"{found.id} {OTHER_FAMILY[family]}")
    return FAMILIES[family](found)


def load_autoencoder(run: str | Path | Run, runs: str | Path | None = None) -> AutoencoderRun:
    """As `load`; raises GanlabError where the run is of another family."""
    return load_family("autoencoder", run, runs)


def judge_for(dataset: str) -> Run | None:
    """The classifier that ships with ganlab for a data set, never a run of its name; None where there is none for these
    images. Raises GanlabError where it is missing from this copy."""
    name = JUDGES.get(dataset)
    return shipped(name) if name else None


def judge_of(model: TrainedModel) -> Run:
    """The pretrained classifier for the images that a model was trained on. Raises GanlabError."""
    judge = judge_for(model.run.config["dataset"])
    if judge is None:
        raise GanlabError(f"No pretrained classifier knows the images of {model.run.id}; choose a classifier.")
    return judge
