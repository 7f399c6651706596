"""How good runs are: metrics over a run, while it trains or afterwards, and several runs beside each other."""

from ganlab.evaluation.autoencoder import evaluate_autoencoder as evaluate_autoencoder
from ganlab.evaluation.autoencoder import typical as typical
from ganlab.evaluation.classifier import evaluate_classifier as evaluate_classifier
from ganlab.evaluation.gan import NEARER_THAN as NEARER_THAN
from ganlab.evaluation.gan import SAMPLES as SAMPLES
from ganlab.evaluation.gan import evaluate_gan as evaluate_gan
from ganlab.evaluation.gan import measure_gan as measure_gan
from ganlab.evaluation.repair import ALTERNATIVES as ALTERNATIVES
from ganlab.evaluation.repair import MEAN_FILL as MEAN_FILL
from ganlab.evaluation.repair import VARIED as VARIED
from ganlab.evaluation.repair import RepairFigures as RepairFigures
from ganlab.evaluation.repair import Restaurant as Restaurant
from ganlab.evaluation.repair import evaluate_repair as evaluate_repair
from ganlab.evaluation.repair import evaluate_variety as evaluate_variety
from ganlab.evaluation.repair import variety as variety
from ganlab.evaluation.repair_example import Outcome as Outcome
from ganlab.evaluation.repair_example import make_example as make_example
from ganlab.evaluation.repair_example import repair_and_read as repair_and_read
from ganlab.evaluation.repair_example import telling as telling
from ganlab.evaluation.whole_digits import evaluate_whole_digits as evaluate_whole_digits
