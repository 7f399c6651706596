"""The convolutional variational autoencoder with sixteen latent dimensions: crisp copies, smooth walks, flat slices."""

from ganlab.models.vae_conv import spec
from ganlab.registry import Preset, register

register(
    spec(
        "vae-16",
        16,
        20_000,
        256,
        0,
        {"encoder": 158_624, "decoder": 448_513},
        title="VAE of 16 numbers",
        summary="Our own VAE (variational autoencoder) with sixteen latent numbers. It makes sharp copies and smooth "
        "walks from one digit to another.",
        presets={
            "tuned": Preset(
                "The settings of the pretrained model that comes with ganlab: all digits, 20,000 iterations of 128 "
                "images."
            )
        },
        card="Sixteen numbers say nearly everything about a digit.",
    )
)
