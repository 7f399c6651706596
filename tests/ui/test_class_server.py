"""What the server of a class tells its terminal."""

from streamlit import error_util

from ganlab.ui.shared import class_server, hosts


def test_the_same_fault_of_a_page_is_told_once_a_minute(monkeypatch):
    told: list[BaseException] = []
    monkeypatch.setattr(error_util, "_log_uncaught_app_exception", told.append)
    monkeypatch.setattr(hosts, "refusals", hosts.Refusals())
    class_server._tell_of_faults_now_and_then()

    def fault(page: str) -> Exception:
        try:
            return KeyError(int(page)) if page == "1" else KeyError(int("no number"))
        except ValueError as error:
            return error

    for _ in range(3):
        error_util._log_uncaught_app_exception(fault("2"))
    assert len(told) == 1
    error_util._log_uncaught_app_exception(fault("1"))
    assert len(told) == 2, "another fault is told at once"
