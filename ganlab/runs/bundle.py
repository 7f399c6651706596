"""What an exported run holds, member by member of its zip.

For people: README.txt, config.json (every setting), curves.csv, validation.csv, quality.csv, previews.gif,
preview.png, first_images.png and samples.png (what there is of them), the networks (`*.keras`), networks.json, which
says how they are used, and generate.py, which uses them. For importing: config.json again, and in the folder run/ the
files of the run as `layout` describes them, but for checkpoints, snapshots and training images; training points are in
it, as the plane is shown with them.
"""

import re

from ganlab.runs import layout

GENERATE, NETWORKS, README = "generate.py", "networks.json", "README.txt"
TABLES = ("curves.csv", "validation.csv", "quality.csv")
PICTURES = ("previews.gif", "preview.png", "first_images.png", "samples.png")
KERAS = (
    "generator.keras",
    "discriminator.keras",
    "encoder.keras",
    "decoder.keras",
    "classifier.keras",
    "critic.keras",
)
FOR_PEOPLE = (GENERATE, NETWORKS, README, *TABLES, *PICTURES, *KERAS)
RUN = "run/"
METRICS, FIRST_IMAGES, PREVIEWS = "metrics.f32", "first_images.u8", "previews.bin"
POINTS, MOMENTS = "points.f2", "moments.f2"
VALIDATION, QUALITY = "validation.f32", "quality.f32"
OF_RUN = (
    layout.STATUS,
    layout.TITLE,
    METRICS,
    FIRST_IMAGES,
    PREVIEWS,
    POINTS,
    MOMENTS,
    VALIDATION,
    QUALITY,
    layout.LABELS,
    layout.SAMPLES,
    layout.MAP,
    layout.LOG,
    layout.REALS,
    layout.HISTORY,
)
WEIGHTS = re.compile(r"weights-(\d{8})\.npz")
STEEPEST = 100  # bytes that one byte in the zip becomes; an export stores what would shrink more as it is
MOST_FIRST_IMAGES = 200_000_000  # bytes of first images, or points, that an export carries
