"""In which order each kind of step updates its networks, for those who watch; cheap to import.

That the steps themselves do it so is tested in tests/models/test_orders.py.
"""

from collections.abc import Mapping
from typing import Any

from ganlab.registry import Update, Updates

AVERAGED = "The average of the generator's weights, which draws the {}, then takes a small step after them."


def joint(values: Mapping[str, Any]) -> Updates:
    """`_gan.joint_update`."""
    n = values["batch_size"]
    return Updates(
        (
            Update("discriminator", f"on {n} generated and {n} real images together"),
            Update("generator", f"on the same {n} generated images, judged anew"),
        )
    )


JOINT_TOLD = (
    "the same images, but only after the discriminator has learned from them; dropout, where there is any, then "
    "switches off other signals"
)


def alternating(values: Mapping[str, Any]) -> Updates:
    """`_gan.alternating_update`."""
    n = values["batch_size"]
    return Updates(
        (
            Update("discriminator", f"on {n} real images"),
            Update("discriminator", f"on {n} generated images"),
            Update("generator", f"on {n} new images from fresh noise"),
        )
    )


ALTERNATING_TOLD = "new images from fresh noise, after the discriminator has already learned in this iteration"
NORMALISED_TOLD = (
    "new images from fresh noise, drawn (where there is batch normalisation) with the mean and spread of their own "
    "batch in place of running averages, after the discriminator has already learned in this iteration"
)


def simultaneous(values: Mapping[str, Any]) -> Updates:
    """`_gan.simultaneous_update`."""
    n = values["batch_size"]
    return Updates(
        (
            Update("discriminator", f"on {n} real and {n} generated images"),
            Update("generator", f"on the same {n} generated images"),
        ),
        at_once=True,
    )


def averaged(values: Mapping[str, Any], parts: int = 1) -> Updates:
    """`_averaged.averaged_update`, on as many parts of the batch."""
    n = values["batch_size"]
    count = f"{n} real and {n}" if parts == 1 else f"about {round(n / parts)} real and as many"
    return Updates(
        (
            Update("discriminator", f"on {count} generated images together"),
            Update("generator", "on the same generated images"),
        ),
        at_once=True,
        parts=parts,
        after=AVERAGED.format("samples"),
    )


def scoring(values: Mapping[str, Any]) -> Updates:
    """`_wasserstein.scoring_update`."""
    n, times = int(values["batch_size"]), int(values["discriminator_updates"])
    size = -(-n // times)
    some = f"{size} of the {n} real images" if times > 1 else f"{n} real images"
    tell = Update("discriminator", f"on {some} and {size} new generated ones together")
    fool = Update("generator", f"on {size} new images from fresh noise")
    after = AVERAGED.format("samples") if values["averaging"] else ""
    return Updates((*[tell] * times, fool), after=after)


SCORING_TOLD = "new images from fresh noise, after the discriminator has already learned in this iteration"


def inpainting(values: Mapping[str, Any]) -> Updates:
    """`InpaintGAN.step`."""
    n = values["batch_size"]
    return Updates(
        (
            Update("discriminator", f"on {n} real images and {n} repairs together"),
            Update("generator", f"on {n} new repairs of other images"),
        )
    )


INPAINTING_TOLD = (
    "repairs of other images, after the discriminator has already learned in this iteration; dropout, where there "
    "is any, then switches off other signals"
)


def repairing(values: Mapping[str, Any]) -> Updates:
    """`RepairGAN.step`, with its critic or without."""
    n = values["batch_size"]
    generator = Update("generator", f"on {n + n // 2} repairs of {n} images")
    critic = Update("critic", f"on {n} real images and {n} of the same repairs together")
    order = (generator, critic) if values.get("adversarial_weight", 1.0) else (generator,)
    return Updates(order, after=AVERAGED.format("finished repairs"))
