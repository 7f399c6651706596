"""From a request to a finished run. One worker thread trains for the pages, and TensorFlow is imported only where a
training begins."""

from ganlab.jobs.job import Job as Job
from ganlab.jobs.job import JobView as JobView
from ganlab.jobs.requests import LARGEST_SEED as LARGEST_SEED
from ganlab.jobs.requests import LONGEST as LONGEST
from ganlab.jobs.requests import Request as Request
from ganlab.jobs.requests import check_length as check_length
from ganlab.jobs.requests import create_run as create_run
from ganlab.jobs.requests import reopen_run as reopen_run
from ganlab.jobs.speed import pace as pace
from ganlab.jobs.speed import seconds_per_iteration as seconds_per_iteration
from ganlab.jobs.speed import time_here as time_here
from ganlab.jobs.training import Cancelled as Cancelled
from ganlab.jobs.training import Report as Report
from ganlab.jobs.training import Training as Training
from ganlab.jobs.training import fail as fail
from ganlab.jobs.training import sentence as sentence
from ganlab.jobs.worker_thread import Worker as Worker
from ganlab.jobs.worker_thread import worker as worker
