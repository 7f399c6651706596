"""What log.json says of a run."""

from ganlab.runs import Run
from ganlab.runs.layout import LOG
from ganlab.runs.records import RunLog, Turn
from tests.conftest import trained_run

STEPS = [(5, "generator_updates", 0.0), (6, "generator_updates", 1.0)]
LATER = [(9, "generator_updates", 3.0), (12, "generator_updates", 0.0), (13, "generator_updates", 3.0)]


def test_a_step_of_one_network_alone_is_no_lasting_turn(tmp_path):
    run = Run(trained_run(tmp_path, "plane-gan", 30))
    turns = [Turn(iteration=i, name=name, value=value) for i, name, value in [*STEPS, *LATER]]
    turns.insert(2, Turn(iteration=5, name="generator_learning_rate", value=0.5))
    (run.path / LOG).write_text(RunLog(turns=tuple(turns)).model_dump_json(exclude_unset=True))
    assert len(run.turns) == 6
    assert [(turn.iteration, turn.name) for turn in run.lasting_turns] == [
        (5, "generator_learning_rate"),
        (9, "generator_updates"),
    ]
