"""A run as an object to use: uint8 images in and out. The name of a module here says which family it is for."""

from ganlab.inference.autoencoder import SCORE_SAMPLES as SCORE_SAMPLES
from ganlab.inference.autoencoder import AutoencoderRun as AutoencoderRun
from ganlab.inference.classifier import ClassifierRun as ClassifierRun
from ganlab.inference.decoder import KeptDecoder as KeptDecoder
from ganlab.inference.decoder import kept_decoder as kept_decoder
from ganlab.inference.gan import GANRun as GANRun
from ganlab.inference.loading import JUDGES as JUDGES
from ganlab.inference.loading import judge_for as judge_for
from ganlab.inference.loading import judge_of as judge_of
from ganlab.inference.loading import load as load
from ganlab.inference.loading import load_autoencoder as load_autoencoder
from ganlab.inference.loading import load_family as load_family
from ganlab.inference.loading import load_weights as load_weights
from ganlab.inference.networks import describe_networks as describe_networks
from ganlab.inference.points import PlaneRun as PlaneRun
from ganlab.inference.repair import CANDIDATES as CANDIDATES
from ganlab.inference.repair import RepairRun as RepairRun
from ganlab.inference.repair import farthest as farthest
from ganlab.inference.trained_models import EXAMPLES as EXAMPLES
from ganlab.inference.trained_models import TURN as TURN
from ganlab.inference.trained_models import TrainedModel as TrainedModel
