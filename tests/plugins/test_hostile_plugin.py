"""A plugin that does what no plugin may is contained, named and shown; whatever stands beside it works on."""

import gc
import importlib
import json
import subprocess
import sys
import textwrap
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.cli.app import run
from dunningkit.contracts import CheckResult
from dunningkit.deadlines import SECONDS, Stage
from dunningkit.engine import CreditorSetup, Engine, SnapshotSource
from dunningkit.engine.config import configure
from dunningkit.errors import AuthError, PluginCrash, ProposalBlocked, SettingsError, SyncFailed, TransientError
from dunningkit.model import Language, LineStatus, Medium, ReasonCode
from dunningkit.plugins import PluginSet
from dunningkit.wired import WiredChannel, WiredScorer, WiredSource
from dunningkit.wording import Wording

HOSTILE = Path(__file__).parent.parent / "hostile_plugin"
SECRET = "hunter2-of-Maija-Makinen"
VERSION = "6.6.6"
#: For calls that hang; for all others the usual deadlines are far away.
SOON = 0.2


def install(folder: Path) -> Path:
    """Put the package on a path as an installer would leave it, its metadata made of its own pyproject.toml."""
    project = tomllib.loads((HOSTILE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (folder / "dunningkit_hostile").symlink_to(HOSTILE / "src" / "dunningkit_hostile")
    info = folder / f"dunningkit_hostile-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    groups = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    return folder


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(install(folder))
    yield
    if module := sys.modules.get("dunningkit_hostile"):
        module.LET_GO.set()
    for thread in threading.enumerate():
        if thread.name == "dunningkit-plugin":
            thread.join(30)
    for name in [name for name in sys.modules if name.startswith("dunningkit_hostile")]:
        del sys.modules[name]


@pytest.fixture
def hostile(installed: None) -> ModuleType:
    """The module that loads as it should."""
    assert PluginSet.installed(allow=["hostile"]).failures == ()
    return sys.modules["dunningkit_hostile.plugin"]


def keeps_the_secret(text: object) -> None:
    """What a person may read does."""
    assert SECRET not in str(text)
    assert SECRET not in repr(text)


# -- while it is loaded --------------------------------------------------------------------------------------------

#: Entry point, the stage that fails, and words of what is said.
AT_LOADING = [
    ("hostile-exits", "import", "SystemExit"),
    ("hostile-spills", "import", "RuntimeError"),
    ("hostile-misspells", "register", "dunningkit_scorer is no hook of dunningkit; is it misspelt?"),
    ("hostile-awaits", "register", "dunningkit_scorers is async; hooks are plain functions"),
    ("hostile-wraps", "register", "dunningkit_scorers uses wrapper; hooks only register and their order means nothing"),
    ("hostile-asks-more", "register", "it needs API 1.99; this is 1.0: upgrade dunningkit-engine"),
    ("hostile-registers-badly", "register", "SystemExit while it registered"),
    ("hostile-hides", "import", "_Hides"),
    ("hostile-hangs", "import", "it took longer than 0.5 seconds"),
    ("hostile-lingers", "register", "it took longer than 0.5 seconds"),
    ("hostile-floods", "register", "dunningkit_scorers returned more than 1000 specs"),
    (
        "hostile-misplaces",
        "register",
        "dunningkit_scorers returned a spec of another kind; it is for ScorerSpec",
    ),
    (
        "hostile-is-missing",
        "import",
        "ModuleNotFoundError: No module named 'dunningkit_hostile.no_such_module'",
    ),
]


@pytest.mark.parametrize(("name", "stage", "error"), AT_LOADING)
def test_what_fails_while_it_is_loaded_is_a_value_and_the_others_work(installed, name, stage, error) -> None:
    # Whatever works has been imported before: only what hangs takes as long as that.
    importlib.import_module("dunningkit_csv.plugin")
    importlib.import_module("dunningkit_hostile.plugin")
    plugins = PluginSet.installed(allow=["csv", name], seconds={Stage.IMPORT: 0.5, Stage.REGISTER: 0.5})
    (failure,) = plugins.failures
    assert (failure.plugin, failure.version, failure.stage, failure.error) == (name, VERSION, stage, error)
    assert failure.remedy.endswith(".")
    keeps_the_secret(failure)
    assert [spec.name for _, _, spec in plugins.all_offered()] == ["csv", "csv"]


def test_all_of_them_at_once_are_each_named(installed) -> None:
    in_time = {Stage.IMPORT: 2.0, Stage.REGISTER: 2.0}
    plugins = PluginSet.installed(allow=["csv", *(name for name, _, _ in AT_LOADING)], seconds=in_time)
    assert {failure.plugin for failure in plugins.failures} == {name for name, _, _ in AT_LOADING}
    assert plugins.names() == (("csv", "0.1.0"),)


#: What the host looks at before and after, and which module it is run from: one that is imported loads in its own thread.
STATE = """
    import builtins, decimal, gc, json, locale, logging, os, random, resource, signal, socket, sys, threading, time, warnings
    import structlog
    from dunningkit import dispatch
    from dunningkit.plugins import PluginSet
    from dunningkit.wired import Wired
    os.environ["HOST_SETTING"] = "kept"
    host = logging.getLogger("host")
    host.addHandler(logging.NullHandler())
    def state():
        root, decimals = logging.getLogger(), decimal.DefaultContext
        return [list(root.handlers), root.level, root.manager.disable, host.disabled, host.handlers[0].level,
                logging.raiseExceptions, list(warnings.filters), locale.setlocale(locale.LC_ALL), dict(os.environ),
                time.tzname, os.getcwd(), os.umask(0o077), os.umask(0o077), signal.getsignal(signal.SIGTERM),
                signal.getitimer(signal.ITIMER_REAL), resource.getrlimit(resource.RLIMIT_NOFILE), sys.excepthook,
                sys.unraisablehook, threading.excepthook, sys.stdout, sys.path[:3], list(sys.meta_path),
                sys.modules["json"], sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(),
                socket.getdefaulttimeout(), random.getstate(), decimals.prec, builtins.print, json.dumps, dispatch.deliver,
                Wired.has_hung, dispatch.recheck.__code__, structlog.is_configured()]
    os.umask(0o022)
    before = state()
    os.umask(0o022)
    plugins = PluginSet.installed(allow=["hostile-meddles"])
    from contextvars import copy_context
    print(json.dumps([before == state(), len(plugins.failures), sorted(one.changed for one in plugins.notices),
                      sorted({(one.plugin, one.version, one.stage) for one in plugins.notices}),
                      "tenant" in {one.name for one in copy_context()}]))
"""

CHANGED = [
    "code that is not its own",
    "loggers that are not its own",
    "modules that were there",
    "standard input and output",
    "the environment",
    "the filters of warnings",
    "the handling of exceptions",
    "the interpreter's settings",
    "the limits of the process",
    "the locale",
    "the random numbers",
    "the rights of new files",
    "the rules of decimal numbers",
    "the settings of structlog",
    "the threads of the process",
    "the time-out of sockets",
    "the timer of the process",
    "the working directory",
    "where modules are found",
]


@pytest.mark.parametrize(("start", "also"), [("exec(STATE)", []), ("import host", ["the handling of signals"])])
def test_what_it_changes_about_the_process_is_put_back_and_told(tmp_path: Path, start: str, also: list[str]) -> None:
    # In a process of its own: the thread that it starts stays.
    (tmp_path / "host.py").write_text(textwrap.dedent(STATE), encoding="utf-8")
    path = str(install(tmp_path))
    program = f"import sys\nsys.path.insert(0, {path!r})\nSTATE = open({path!r} + '/host.py').read()\n{start}\n"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    unchanged, failures, changed, by, leaked = json.loads(done.stdout)
    assert (unchanged, failures, by) == (True, 0, [["hostile-meddles", VERSION, "import"]])
    assert changed == sorted([*CHANGED, *also])
    assert not leaked


def settings_file(folder: Path, *, source: str = "{}", deadlines: str = "{}") -> Path:
    path = folder / "dunning.toml"
    path.write_text(
        f"""
        [creditor]
        creditor_id = "c"
        name = "Pihapalvelu"
        phone = "09 123 4567"
        email = "laskut@example.fi"
        website = "www.example.fi"
        iban = "FI2112345600000785"
        [plugins]
        allow = ["hostile"]
        deadlines = {deadlines}
        [source]
        plugin = "hostile-ledger"
        config = {source}
        [scorer]
        plugin = "hostile-score"
        [channels.email]
        plugin = "hostile-post"
        """,
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("deed", "said"),
    [("exit", "build: SystemExit."), ("spill", "build: RuntimeError."), ("pose", "build: Renew the key.")],
)
def test_what_fails_while_it_is_built_is_named(installed, tmp_path: Path, deed: str, said: str) -> None:
    path = settings_file(tmp_path, source=f'{{ stage = "build", deed = "{deed}" }}')
    with pytest.raises(SettingsError, match=r"^\[source\]: the plugin 'hostile' 6.6.6 failed in build") as caught:
        configure(path, clock=None)
    assert said in str(caught.value)
    keeps_the_secret(caught.value)
    keeps_the_secret(caught.value.params)


def test_what_hangs_while_it_is_built_is_left_behind(installed, tmp_path: Path) -> None:
    path = settings_file(tmp_path, source='{ stage = "build", deed = "hang" }', deadlines="{ build = 0.3 }")
    started = monotonic()
    with pytest.raises(SettingsError, match=r"'hostile' 6\.6\.6 failed in build: it took longer than 0\.3 seconds\."):
        configure(path, clock=None)
    assert monotonic() - started < 30


def test_a_settings_file_bounds_every_plugin_and_names_its_version(installed, tmp_path: Path) -> None:
    setup = configure(settings_file(tmp_path, deadlines="{ deliver = 5, changes = 900.5 }"), clock=None).setup
    for wired in setup.wired:
        assert wired.version == VERSION
        assert wired.seconds == {**SECONDS, Stage.DELIVER: 5.0, Stage.CHANGES: 900.5}


@pytest.mark.parametrize("deadlines", ["{ sleep = 5 }", "{ deliver = 0 }", "{ deliver = -1 }", "{ deliver = inf }"])
def test_a_deadline_that_is_none_is_refused(installed, tmp_path: Path, deadlines: str) -> None:
    with pytest.raises(SettingsError, match="deadlines"):
        configure(settings_file(tmp_path, deadlines=deadlines), clock=None)


def test_the_clients_time_outs_come_before_the_deadlines(installed, tmp_path: Path) -> None:
    setup = configure(settings_file(tmp_path), clock=None).setup
    with setup.source.made.services.http_client() as client:
        limits = client.timeout.as_dict()
    assert limits.keys() == {"connect", "read", "write", "pool"}
    assert all(limits.values())
    talking = [Stage.CHECK, Stage.CHANGES, Stage.RECHECK, Stage.DOCUMENTS, Stage.DELIVER]
    assert limits["pool"] + limits["connect"] + limits["read"] < min(SECONDS[stage] for stage in talking)


# -- at work -------------------------------------------------------------------------------------------------------


class Desk:
    """The world of the other tests with a hostile part in it, wired as a configuration file would."""

    def __init__(self, world: Any, hostile: ModuleType, services: Any) -> None:
        self.world, self.hostile, self.services = world, hostile, services
        self.rows: tuple[Any, ...] = ()

    def engine(self, **parts: tuple[str, str]) -> Engine:
        setup = CreditorSetup.of(
            self.world.creditor,
            source=self.world.ledger,
            channels={Medium.EMAIL: self.world.channel, Medium.SMS: self.world.channel},
            scorer=self.world.scorer,
        )
        for part, (stage, deed) in parts.items():
            setup = replace(setup, **self.wired(setup, part, stage, deed))
        return Engine(self.world.store, [setup], clock=lambda: self.world.now.astimezone(UTC))

    def wired(self, setup: CreditorSetup, part: str, stage: str, deed: str) -> dict[str, Any]:
        kinds = {
            "source": (WiredSource, self.hostile.SOURCE),
            "scorer": (WiredScorer, self.hostile.SCORER),
            "channel": (WiredChannel, self.hostile.CHANNEL),
        }
        kind, spec = kinds[part]
        settings = self.hostile.Settings(stage=stage, deed=deed, rows=self.rows)
        self.made = spec.build(settings, self.services)
        seconds = {Stage(stage): SOON} if deed == "hang" else {}
        wired = kind.from_spec(spec, self.made, version=VERSION, seconds=seconds)
        return {"channels": {**setup.channels, Medium.EMAIL: wired}} if part == "channel" else {part: wired}

    def run(self, engine: Engine, what: str, **more: Any) -> Any:
        if what != "send":
            more["as_of"] = self.world.today
        return getattr(engine, what)(self.world.creditor.creditor_id, actor=self.world.actor, **more)

    def invoices(self, *numbers: str) -> None:
        """One for each of as many customers, proposed."""
        for number in numbers:
            self.world.invoice(number, customer_id=f"of-{number}")
        self.world.propose()

    def approve(self) -> tuple[str, ...]:
        """Propose with the hostile channel while it behaves, and approve: the channel's name is a part of what is approved."""
        engine = self.engine(channel=("", ""))
        self.run(engine, "sync")
        self.run(engine, "propose")
        return engine.approve(self.world.creditor.creditor_id, actor=self.world.actor)


@pytest.fixture
def desk(new_world, hostile, services) -> Desk:
    return Desk(new_world(), hostile, services)


def told(reason: Any) -> None:
    """The reason is a whole sentence in every language, and names the plugin."""
    for language in Language:
        sentence = Wording(language).reason(reason)
        assert "hostile-" in sentence
        assert sentence.endswith(".")
        keeps_the_secret(sentence)


@pytest.mark.parametrize("deed", ["exit", "spill", "hang", "pose", "unsayable"])
def test_a_ledger_that_fails_leads_to_no_proposal_for_that_creditor_alone(desk, deed, new_world) -> None:
    engine = desk.engine(source=("changes", deed))
    with pytest.raises(SyncFailed) as caught:
        desk.run(engine, "sync")
    params = caught.value.params
    assert (params["plugin"], params["version"], params["stage"]) == ("hostile-ledger", VERSION, "changes")
    keeps_the_secret(caught.value)
    keeps_the_secret(params)
    for language in Language:
        assert "hostile-ledger" in Wording(language).error(caught.value.code, params)
    with pytest.raises(ProposalBlocked):
        desk.run(engine, "propose")
    other = new_world()
    other.invoice("1")
    assert len(other.propose().reminders) == 1


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "\x1b[2J", "x" * 100_000], ids=["lone", "null", "escape", "long"])
def test_what_a_ledger_says_when_it_fails_can_be_stored_whatever_it_is(desk, text: str) -> None:
    desk.hostile.DEEDS["spill"] = lambda: (_ for _ in ()).throw(TransientError(text, path=text))
    with pytest.raises(SyncFailed) as caught:
        desk.run(desk.engine(source=("changes", "spill")), "sync")
    assert caught.value.code == "transient_error"
    assert str(caught.value).isprintable()
    with pytest.raises(ProposalBlocked):
        desk.run(desk.engine(source=("", "")), "propose")


def test_a_ledger_that_does_not_say_that_all_arrived_leads_to_no_proposal(desk) -> None:
    engine = desk.engine(source=("changes", "forget"))
    assert not desk.run(engine, "sync").complete
    with pytest.raises(ProposalBlocked):
        desk.run(engine, "propose")


def test_a_ledger_that_claims_to_be_whole_and_is_empty_lets_nothing_vanish(desk) -> None:
    desk.world.invoice("1042")
    desk.world.propose()
    engine = desk.engine(source=("", ""))
    assert desk.run(engine, "sync").vanished == 1
    with pytest.raises(ProposalBlocked) as caught:
        desk.run(engine, "propose")
    assert caught.value.code == "too_many_gone"


def test_a_ledger_with_the_rows_of_another_tenant_touches_only_its_own(desk, new_world) -> None:
    other = new_world()
    theirs, customer = other.invoice("1042"), other.customer("1")
    other.propose()
    before = other.line("1042")
    desk.rows = (replace(theirs, open=replace(theirs.open, amount_minor=1)), replace(customer, name="Somebody else"))
    assert desk.run(desk.engine(source=("", "")), "sync").complete
    assert other.engine().propose(other.creditor.creditor_id, as_of=other.today, actor=other.actor).lines == (before,)


def test_a_reading_that_stops_early_closes_what_the_ledger_has_open(desk) -> None:
    setup = desk.engine(source=("", ""))._setups[desk.world.creditor.creditor_id]
    stream = dispatch.read_changes(setup.source, None)
    next(stream)
    stream.close()
    assert desk.made.closed


@pytest.mark.parametrize("deed", ["exit", "spill", "hang", "foreign", "double", "forget", "await", "unsayable"])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_ledger_that_cannot_say_what_is_open_lets_nothing_leave(desk, deed) -> None:
    desk.invoices("1042", "1043")
    desk.world.approve()
    report = desk.run(desk.engine(source=("recheck", deed)), "send")
    assert (report.accepted, report.unknown, desk.world.channel.left) == ([], [], [])
    assert [one.reason.code for one in report.waiting] == [ReasonCode.RECHECK_FAILED] * 2
    told(report.waiting[0].reason)
    assert len(desk.world.send().accepted) == 2
    gc.collect()


SCORES = ["exit", "spill", "hang", "await", "mutate", "foreign", "double", "forget", "pose", "unsayable"]


@pytest.mark.parametrize("deed", SCORES)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_scorer_that_fails_leaves_everybody_the_neutral_style_and_is_named(desk, deed) -> None:
    desk.world.invoice("1042")
    engine = desk.engine(scorer=("score", deed))
    desk.run(engine, "sync")
    proposal = desk.run(engine, "propose")
    (line,) = proposal.lines
    assert (line.status, line.style.value, line.open.amount_minor) == (LineStatus.READY, "neutral", 8990)
    assert [note.code for note in proposal.notes] == [ReasonCode.SCORER_FAILED]
    assert ReasonCode.SCORER_FAILED in [reason.code for reason in line.reasons]
    told(proposal.notes[0])
    gc.collect()


@pytest.mark.parametrize("deed", ["exit", "spill", "hang", "await", "mutate", "foreign", "pose", "unsayable"])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_channel_that_cannot_render_makes_its_lines_ask_and_leaves_the_others(desk, deed) -> None:
    desk.world.invoice("1042")
    by_sms = (replace(desk.world.customer("2").contact_points[0], medium=Medium.SMS, address="+358401234567"),)
    desk.world.customer("2", contact_points=by_sms)
    desk.world.invoice("1043", customer_id="2")
    engine = desk.engine(channel=("render", deed))
    desk.run(engine, "sync")
    proposal = desk.run(engine, "propose")
    hostile, other = proposal.lines
    assert (hostile.status, other.status) == (LineStatus.NEEDS_YOU, LineStatus.READY)
    assert hostile.reasons[0].code is (ReasonCode.CHANNEL_HUNG if deed == "hang" else ReasonCode.RENDER_FAILED)
    told(hostile.reasons[0])
    assert "thief" not in repr(proposal)
    assert "Pay here" not in repr(proposal)
    gc.collect()


def test_a_channel_that_hangs_is_asked_once_in_a_run(desk) -> None:
    for number in range(5):
        desk.world.invoice(str(number), customer_id=str(number))
    engine = desk.engine(channel=("render", "hang"))
    desk.run(engine, "sync")
    started = monotonic()
    proposal = desk.run(engine, "propose")
    assert monotonic() - started < 30
    assert {line.reasons[0].code for line in proposal.lines} == {ReasonCode.CHANNEL_HUNG}
    assert desk.made.calls.count("render") == 1


@pytest.mark.parametrize("deed", ["exit", "spill", "await", "mutate", "foreign", "double", "forget", "pose"])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_channel_that_gives_no_clear_answer_leaves_the_delivery_unknown(desk, deed) -> None:
    desk.invoices("1042")
    (approved,) = desk.approve()
    report = desk.run(desk.engine(channel=("deliver", deed)), "send")
    assert report.unknown == [approved]
    assert desk.run(desk.engine(channel=("", "")), "send").accepted == []  # the machine never repeats it
    gc.collect()


def test_a_delivery_that_hangs_is_unknown_and_the_rest_waits_for_the_next_run(desk) -> None:
    desk.invoices("1042", "1043", "1044")
    approved = desk.approve()
    report = desk.run(desk.engine(channel=("deliver", "hang")), "send")
    assert len(report.unknown) == 1
    assert [one.reason.code for one in report.waiting] == [ReasonCode.CHANNEL_HUNG] * 2
    assert {*report.unknown, *(one.reminder_id for one in report.waiting)} == set(approved)
    told(report.waiting[0].reason)
    assert desk.made.calls.count("deliver") == 1
    assert len(desk.run(desk.engine(channel=("", "")), "send").accepted) == 2


@pytest.mark.parametrize("deed", ["exit", "spill", "hang", "unsayable"])
def test_a_channel_that_fails_at_its_check_keeps_its_reminders_waiting(desk, deed) -> None:
    desk.invoices("1042")
    desk.approve()
    report = desk.run(desk.engine(channel=("check", deed)), "send")
    assert [one.reason.code for one in report.waiting] == [ReasonCode.CHANNEL_NOT_READY]
    told(report.waiting[0].reason)
    assert len(desk.run(desk.engine(channel=("", "")), "send").accepted) == 1


def test_an_error_cannot_be_passed_off_as_anothers(desk) -> None:
    setup = desk.engine(source=("recheck", "pose"))._setups[desk.world.creditor.creditor_id]
    with pytest.raises(AuthError) as caught:
        dispatch.recheck(setup.source, ["1"])
    assert dict(caught.value.params) == {"plugin": "hostile-ledger", "version": VERSION, "stage": "recheck"}


def test_a_crash_says_who_where_what_and_what_to_do(desk) -> None:
    setup = desk.engine(source=("recheck", "spill"))._setups[desk.world.creditor.creditor_id]
    with pytest.raises(
        PluginCrash, match=r"'hostile-ledger' 6\.6\.6 failed in recheck with RuntimeError\. Report it"
    ) as caught:
        dispatch.recheck(setup.source, ["1"])
    assert caught.value.params["error"] == "RuntimeError"


def test_what_a_host_made_itself_runs_in_its_own_thread_unless_it_asks_for_deadlines(new_world) -> None:
    threads: list[tuple[str, bool]] = []

    class Here:
        def __init__(self, name: str) -> None:
            self.name = name

        def check(self) -> CheckResult:
            threads.append((self.name, threading.current_thread() is threading.main_thread()))
            return CheckResult(ok=True)

    def read() -> list[object]:
        threads.append(("snapshot", threading.current_thread() is threading.main_thread()))
        return []

    creditor = new_world().creditor
    for seconds in (None, {}):
        for source in (Here("source"), SnapshotSource(read)):
            setup = CreditorSetup.of(creditor, source=source, channels={Medium.EMAIL: Here("channel")}, seconds=seconds)
            if isinstance(source, SnapshotSource):
                list(dispatch.read_changes(setup.source, None))
            else:
                dispatch.check(setup.source)
                dispatch.check(setup.channels[Medium.EMAIL])
    own = [("source", True), ("channel", True), ("snapshot", True)]
    assert threads == [*own, ("source", False), ("channel", False), ("snapshot", True)]


def test_the_command_names_what_fails(installed, tmp_path: Path, capsys) -> None:
    path = settings_file(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('["hostile"]', '["hostile", "hostile-exits"]'), "utf-8")
    assert run(["--config", str(path), "plugins"]) == 0
    shown = capsys.readouterr().out
    said = "hostile-exits 6.6.6 (lataus): sitä ei voitu ladata (SystemExit). Asenna dunningkit-hostile uudelleen"
    assert said in " ".join(shown.split())
    keeps_the_secret(shown)
