"""A plugin's object under its name, and how its code is run: in time, and with whatever it raises told as our own.

Only ``KeyboardInterrupt`` passes. A call that takes longer than its deadline is left behind, and its plugin is left alone for
the rest of the `run`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from dunningkit.contracts import (
    Channel,
    ChannelCapability,
    ChannelSpec,
    LedgerCapability,
    LedgerSource,
    LedgerSourceSpec,
    Scorer,
    ScorerSpec,
)
from dunningkit.deadlines import SECONDS, Lane, LeftAlone, Overran, Stage
from dunningkit.errors import PluginCrash, PluginError, PluginHung
from dunningkit.foreign import kind_of, on_purpose, where_raised

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Wired(Generic[P]):
    """A built plugin object under the name and version that reports about it use.

    ``seconds`` are its deadlines by stage; a stage left out has that of `SECONDS`. ``None`` is for objects of the host's own:
    they run in the caller's thread, where its connections and context are, and as long as they like.
    """

    name: str
    made: P
    version: str = field(default="", kw_only=True)
    seconds: Mapping[Stage, float] | None = field(default=None, kw_only=True)
    lane: Lane = field(default_factory=Lane, kw_only=True, repr=False, compare=False)

    @property
    def has_hung(self) -> bool:
        """Whether it is left alone now, because an earlier call took too long."""
        return self.seconds is not None and self.lane.is_left_alone


@dataclass(frozen=True, slots=True)
class WiredScorer(Wired[Scorer]):
    """A scorer."""

    @classmethod
    def from_spec(
        cls, spec: ScorerSpec, made: Scorer, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredScorer":
        """Keep the object with its spec's name."""
        return cls(spec.name, made, version=version, seconds=seconds)


@dataclass(frozen=True, slots=True)
class WiredSource(Wired[LedgerSource]):
    """A ledger source with what it declared."""

    capabilities: frozenset[LedgerCapability] = frozenset()

    @classmethod
    def from_spec(
        cls, spec: LedgerSourceSpec, made: LedgerSource, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredSource":
        """Keep the object with its spec's name and capabilities."""
        return cls(spec.name, made, spec.capabilities, version=version, seconds=seconds)


@dataclass(frozen=True, slots=True)
class WiredChannel(Wired[Channel]):
    """A channel with what it declared."""

    capabilities: frozenset[ChannelCapability] = frozenset()

    @classmethod
    def from_spec(
        cls, spec: ChannelSpec, made: Channel, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredChannel":
        """Keep the object with its spec's name and capabilities."""
        return cls(spec.name, made, spec.capabilities, version=version, seconds=seconds)


@contextmanager
def run(wired: Iterable[Wired[Any]]) -> Iterator[None]:
    """Let these plugins keep one thread each for all their calls, and leave alone until the end whichever takes too long."""
    with ExitStack() as lanes:
        for one in wired:
            lanes.enter_context(one.lane.run())
        yield


def guarded(wired: Wired[Any], stage: Stage, call: Callable[[], R]) -> R:
    """What a call of a plugin returns; raises a `PluginError` of ours that names it, whatever it raised or how long it took."""
    try:
        return _bounded(wired, stage, call)
    except Theirs as caught:
        theirs = caught
    # Raised without what was caught: a plugin's own exception may hold a secret, and its objects may do anything when they go.
    raise _told(theirs, wired, stage)


def _told(theirs: "Theirs", wired: Wired[Any], stage: Stage) -> PluginError:
    error = theirs.on_purpose
    if error is None:
        error = PluginCrash(
            f"The plugin {shown(wired)} failed in {stage} with {theirs.kind}. Report it to the plugin's author.",
            error=theirs.kind,
        )
    error.params = {**error.params, **place_of(wired, stage)}
    if theirs.where:
        error.add_note(f"Raised in {theirs.where}.")
    return error


def _bounded(wired: Wired[Any], stage: Stage, call: Callable[[], R]) -> R:
    """What the call returns. Raises `Theirs` for what it raised; anything else is the host's own and passes."""
    if wired.seconds is None:
        return told_of(call)
    seconds = wired.seconds.get(stage, SECONDS[stage])
    try:
        return wired.lane.call(lambda: told_of(call), seconds)
    except Overran:
        what = (
            f"did not answer in {stage} within {seconds:g} seconds. It is left alone for the rest of the run; "
            "look at what it connects to, and try again."
        )
    except LeftAlone:
        what = (
            f"was not asked for {stage}: an earlier call took too long, so it is left alone for the rest of the run and until "
            "that call is over. Try again; if it stays so, restart the process."
        )
    raise hung(wired, stage, what)


def hung(wired: Wired[Any], stage: Stage, what: str) -> PluginHung:
    """What to raise when a plugin took too long."""
    return PluginHung(f"The plugin {shown(wired)} {what}", error="hung", **place_of(wired, stage))


class Theirs(Exception):
    """Carries what may be told of what a plugin raised, so that nothing the host raises meanwhile is taken for it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.on_purpose, self.kind, self.where = on_purpose(error), kind_of(error), where_raised(error)


def told_of(call: Callable[[], R]) -> R:
    """What the call returns; raises `Theirs` with what may be told of anything it raised."""
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit from a plugin must not end the host
        theirs = Theirs(error)
    # Outside, so that the plugin's exception and whatever it holds on to goes here, and not where the host waits.
    raise theirs


def shown(wired: Wired[Any]) -> str:
    """A plugin's name and version, as a sentence shows them."""
    return f"{wired.name!r} {wired.version}".rstrip()


def place_of(wired: Wired[Any], stage: Stage) -> dict[str, Any]:
    """Where something happened, as an error's parameters."""
    return {"plugin": wired.name, "version": wired.version, "stage": stage.value}


def crash(wired: Wired[Any], stage: Stage, what: str) -> PluginCrash:
    """What to raise when an answer does not keep the contract."""
    return PluginCrash(
        f"The plugin {shown(wired)} {what} in {stage}. Nothing of that answer is used; report it to the plugin's author.",
        error="answer",
        **place_of(wired, stage),
    )
