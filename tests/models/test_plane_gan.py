"""The GAN of the plane: what its average of weights begins with."""

import numpy as np

from ganlab import models, registry
from tests.conftest import small


def test_the_average_of_the_generators_weights_begins_as_the_generator():
    spec = registry.get("plane-gan")
    model = models.create(spec, spec.values("tuned", small("plane-gan")), "float32", 3)
    own, averaged = model.networks["generator"].get_weights(), model.networks["averaged"].get_weights()
    assert len(own) == 6 and all(np.array_equal(a, b) for a, b in zip(own, averaged, strict=True))
