"""What a run leaves on disk, read and written without TensorFlow."""

from ganlab.runs.folders import choose as choose
from ganlab.runs.folders import delete as delete
from ganlab.runs.folders import describe_length as describe_length
from ganlab.runs.folders import describe_size as describe_size
from ganlab.runs.folders import last_trained as last_trained
from ganlab.runs.folders import left_in_line as left_in_line
from ganlab.runs.folders import list_runs as list_runs
from ganlab.runs.folders import prune as prune
from ganlab.runs.folders import rename as rename
from ganlab.runs.folders import resolve as resolve
from ganlab.runs.folders import runs_folder as runs_folder
from ganlab.runs.reader import Run as Run
from ganlab.runs.records import ACTIVE as ACTIVE
from ganlab.runs.records import RunConfig as RunConfig
from ganlab.runs.records import RunStatus as RunStatus
from ganlab.runs.records import Turn as Turn
from ganlab.runs.sweeps import SweepFolder as SweepFolder
from ganlab.runs.sweeps import delete_sweep as delete_sweep
from ganlab.runs.sweeps import list_sweeps as list_sweeps
from ganlab.runs.sweeps import resolve_sweep as resolve_sweep
from ganlab.runs.thumbnails import thumbnails as thumbnails
from ganlab.runs.writer import RunWriter as RunWriter
