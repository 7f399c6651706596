"""What becomes of test images in the section "How good is it?": what each way is called, and how it is drawn."""

import numpy as np

from ganlab.data.damages import DAMAGES
from ganlab.evaluation import MEAN_FILL
from ganlab.ui.shared import theme

CLEAN, DAMAGED, REPAIRED, WITHOUT = "clean", "damaged", "the model", "the same network without a critic"
TITLES = {
    CLEAN: "As they are",
    DAMAGED: "Damaged",
    MEAN_FILL: "Mean fill",
    REPAIRED: "Repaired",
    WITHOUT: "Without a critic",
}
MARKS = {  # colours of Okabe and Ito's, told apart by the colour-blind, and shapes
    CLEAN: ("#999999", "line-ns-open"),
    DAMAGED: (theme.DAMAGED, "x"),
    MEAN_FILL: ("#e69f00", "square"),
    REPAIRED: (theme.REPAIRED, "circle"),
    WITHOUT: ("#009e73", "diamond"),
}
DAMAGE_TITLES = {kind: damage.title for kind, damage in DAMAGES.items()}


def percent(share: float) -> str:
    """Of images, with one decimal; a dash where there are none."""
    return "–" if np.isnan(share) else f"{share:.1%}"
