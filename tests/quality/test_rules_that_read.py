"""Each rule that reads a plugin's files: what keeps it, and what it says where it is broken."""

import pytest

from dunningkit.quality import Evidence, Kind, sources
from dunningkit.quality.evidence import CheckOutcome
from dunningkit.quality.rules import BUDGET_SECONDS, RULES


@pytest.fixture
def evidence(tmp_path):
    """Makes the evidence of a plugin with this code, README and these files among its tests."""

    def make(code: str = "", readme: str = "", tests: dict[str, str] | None = None, outcomes=()) -> Evidence:
        package, folder = tmp_path / "package", tmp_path / "tests"
        package.mkdir(exist_ok=True)
        (package / "source.py").write_text(code)
        for name, text in (tests or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        where = folder if tests is not None else None
        return Evidence("x", "1.0", frozenset(Kind), tuple(outcomes), package, readme, tests=where)

    return make


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import requests\n", "source.py:1 imports requests"),
        ("from urllib.request import urlopen\n", "source.py:1 imports urllib.request"),
        ("import os\nimport socket\n", "source.py:2 imports socket"),
        (
            "import httpx\n\nclient = httpx.Client(timeout=5)\n",
            "source.py:3 calls httpx.Client; use services.http_client()",
        ),
        (
            "from httpx import Client\n\nclient = Client()\n",
            "source.py:3 calls httpx.Client; use services.http_client()",
        ),
        ("import httpx as web\n\nweb.post('/')\n", "source.py:3 calls httpx.post; use services.http_client()"),
        ("import http.client as web\n", "source.py:1 imports http.client"),
        ("from asyncio import open_connection\n", "source.py:1 imports asyncio.open_connection"),
        ("import importlib\nimportlib.import_module('requests')\n", "source.py:2 imports requests"),
        ("__import__('socket')\n", "source.py:1 imports socket"),
        ("import zeep\n", "source.py:1 imports zeep"),
        (
            "import subprocess\n\nsubprocess.run(['curl'])\n",
            "source.py:3 calls subprocess.run; use services.http_client()",
        ),
    ],
)
def test_a_way_out_of_its_own_is_found_with_its_line(evidence, code, said) -> None:
    assert said in sources.own_clients(evidence(code))


def test_the_injected_client_is_no_way_out_of_its_own(evidence) -> None:
    code = "import httpx\n\ndef ask(client: httpx.Client) -> int:\n    return client.get('/').status_code\n"
    assert sources.own_clients(evidence(code)) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time\ntime.sleep(5)\n", "source.py:2 sleeps; raise RateLimited and let the host wait"),
        ("from time import sleep\nsleep(5)\n", "source.py:2 sleeps; raise RateLimited and let the host wait"),
        ("import time as t\nt.sleep(5)\n", "source.py:2 sleeps; raise RateLimited and let the host wait"),
        ("client.get('/', timeout=None)\n", "source.py:1 switches a time-out off"),
        ("client.timeout = None\n", "source.py:1 switches a time-out off"),
        ("import httpx\nclient.get('/', timeout=httpx.Timeout(None))\n", "source.py:2 switches a time-out off"),
        (
            "from httpx import Timeout\nclient.get('/', timeout=Timeout(5, read=None))\n",
            "source.py:2 switches a time-out off",
        ),
        ("ledger.sleep(5)\n", None),
        ("client.get('/', timeout=5)\n", None),
    ],
)
def test_a_wait_without_limit_is_found(evidence, code, said) -> None:
    assert sources.waits_without_limit(evidence(code)) == ([said] if said else [])


def test_a_readme_says_what_it_reads_sends_and_stores(evidence) -> None:
    assert sources.missing_from_readme(evidence(readme="It reads files. It sends nothing, and stores nothing.")) == []
    assert sources.missing_from_readme(evidence(readme="It reads files.")) == [
        "the README does not say what it sends",
        "the README does not say what it stores",
    ]
    assert len(sources.missing_from_readme(evidence(readme="  "))) == 1
    assert len(sources.missing_from_readme(evidence(readme="Already a README with a present history."))) == 3
    assert sources.missing_from_readme(evidence(readme="Lukee laskut, ei lähetä eikä tallenna mitään.")) == []
    assert sources.missing_from_readme(evidence(readme="Läser fakturor, skickar inget och sparar inget.")) == []


def test_a_readme_says_what_it_does_not_do(evidence) -> None:
    assert sources.no_limitations_in_readme(evidence(readme="# x\n## What it does not do\n")) == []
    assert sources.no_limitations_in_readme(evidence(readme="# x\n## Limits\n")) == []
    assert sources.no_limitations_in_readme(evidence(readme="# x\n## Rajoitukset\n")) == []
    assert sources.no_limitations_in_readme(evidence(readme="# x\n## Begränsningar\n")) == []
    assert sources.no_limitations_in_readme(evidence(readme="# x\nIt does not do everything.\n")) != []
    assert sources.no_limitations_in_readme(evidence(readme="# x\n## Notes on notation\n")) != []
    assert sources.no_limitations_in_readme(evidence(readme="# x\n```sh\n# do not\n```\n")) != []


def test_a_recorded_answer_says_where_it_comes_from(evidence) -> None:
    recorded = {"wire/list.xml": "<list/>", "wire/test_wire.py": ""}
    assert sources.without_provenance(evidence(tests=recorded)) == ["wire/list.xml is not in provenance.toml beside it"]
    told = {**recorded, "wire/provenance.toml": '"list.xml" = "made by hand from the documentation of 2026-03"\n'}
    assert sources.without_provenance(evidence(tests=told)) == []
    assert sources.without_provenance(evidence()) != []


def test_what_tools_leave_beside_tests_is_no_recorded_answer(evidence) -> None:
    left = {".hypothesis/examples/1": "", "__pycache__/a.pyc": "", ".DS_Store": "", "wire/.gitignore": ""}
    assert sources.without_provenance(evidence(tests=left)) == []


def test_a_provenance_that_cannot_be_read_is_said(evidence) -> None:
    tests = {"wire/list.xml": "<list/>", "wire/provenance.toml": "list.xml = \n"}
    (said,) = sources.without_provenance(evidence(tests=tests))
    assert said.startswith("wire/provenance.toml cannot be read")


@pytest.mark.parametrize("look", [sources.own_clients, sources.waits_without_limit])
def test_a_file_that_is_no_python_is_said(evidence, look) -> None:
    assert look(evidence("def f(:\n")) == ["source.py cannot be read as Python"]


def test_types_are_strict(evidence) -> None:
    assert sources.untyped(evidence("def f(a: int) -> int:\n    return a\n")) == []
    assert "missing a type annotation" in " ".join(sources.untyped(evidence("def f(a):\n    return a\n")))


@pytest.mark.parametrize(
    "code",
    [
        "# mypy: ignore-errors\ndef f(a):\n    return a\n",
        "# mypy: disallow-untyped-defs=False\ndef f(a):\n    return a\n",
    ],
)
def test_a_file_that_switches_its_types_off_is_not_strict(evidence, code) -> None:
    assert sources.untyped(evidence(code)) == ["source.py:1 changes how strictly it is looked at"]


def test_types_are_strict_whatever_the_settings_where_it_is_run(evidence, tmp_path, monkeypatch) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_errors = True\n")
    monkeypatch.chdir(tmp_path)
    assert sources.untyped(evidence("def f(a):\n    return a\n")) != []


def test_a_property_test_gives_something_to_the_plugins_own_code(evidence) -> None:
    whole = "from hypothesis import given\nfrom package import source\n\n@given()\ndef test_a(x):\n    pass\n"
    called = (
        "import hypothesis as h\nimport package\n\nclass TestA:\n    @h.given()\n    def test_a(self):\n        pass\n"
    )
    assert sources.not_property_tested(evidence(tests={"test_a.py": whole})) == []
    assert sources.not_property_tested(evidence(tests={"test_a.py": called})) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pytest\n",
        "from hypothesis import given\n",
        "from hypothesis import given\nfrom package import source\n\ndef test_a(x):\n    pass\n",
        "from hypothesis import given\n\n@given()\ndef test_a(x):\n    pass\n",
    ],
    ids=["none", "only_imported", "not_given", "of_nothing"],
)
def test_an_import_of_hypothesis_is_no_property_test(evidence, code) -> None:
    assert sources.not_property_tested(evidence(tests={"test_a.py": code})) == [
        "no test of the plugin's own code uses Hypothesis's @given"
    ]


class TestRulesThatTheKitShows:
    rule = next(rule for rule in RULES if rule.name == "recheck")

    def outcomes(self, **states: str) -> list[CheckOutcome]:
        return [CheckOutcome("TestX", f"test_recheck_{name}", state) for name, state in states.items()]

    def test_all_passed(self, evidence) -> None:
        all_of = self.outcomes(agrees_with_the_reading="passed", notices_a_payment="passed")
        assert self.rule.judge(evidence(outcomes=all_of)).kept

    @pytest.mark.parametrize("state", ["failed", "skipped"])
    def test_what_is_skipped_shows_as_little_as_what_failed(self, evidence, state) -> None:
        one_open = self.outcomes(agrees_with_the_reading="passed", notices_a_payment=state)
        verdict = self.rule.judge(evidence(outcomes=one_open))
        assert (verdict.kept, "test_recheck_notices_a_payment" in verdict.why) == (False, True)

    def test_nothing_was_run(self, evidence) -> None:
        assert not self.rule.judge(evidence()).kept


@pytest.mark.parametrize(("seconds", "kept"), [(BUDGET_SECONDS, True), (BUDGET_SECONDS + 0.1, False), (None, False)])
def test_the_budget_is_processor_time_that_was_measured(evidence, seconds, kept) -> None:
    rule = next(rule for rule in RULES if rule.name == "ten-thousand-items")
    measured = [CheckOutcome("TestX", "measure_ten_thousand_customers", "passed", seconds=seconds)]
    assert rule.judge(evidence(outcomes=measured)).kept is kept
