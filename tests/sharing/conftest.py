"""An export to spoil."""

import io
import zipfile

import pytest

from ganlab.runs import Run
from ganlab.sharing.exporting import export
from tests.conftest import trained_run
from tests.sharing.spoilt import Members


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("exported")
    export(Run(trained_run(folder, "art-gan", 12, digits=(5,))), folder / "run.zip")
    return (folder / "run.zip").read_bytes()


def members(exported: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
