"""The configuration file: one creditor in TOML, turned into a `CreditorSetup` with the plugins it names."""

import logging
import tomllib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dunningkit.contracts import ChannelSpec, LedgerSourceSpec, ScorerSpec, Services
from dunningkit.deadlines import SECONDS, Stage
from dunningkit.delivery import file_outbox
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import SettingsError
from dunningkit.foreign import sayable
from dunningkit.loading import NotLoaded, Refused, load
from dunningkit.model import Creditor, CustomerClass, Language, Medium
from dunningkit.plugins import PluginSet, Registered, is_our_own
from dunningkit.policy import Policy, load_policy
from dunningkit.policy.ladder import parse_policy
from dunningkit.policy.mistakes import problems_in
from dunningkit.scoring import plugin as ladder_plugin
from dunningkit.surroundings import Thing
from dunningkit.wired import WiredChannel, WiredScorer, WiredSource

if TYPE_CHECKING:
    import httpx

    from dunningkit.law.terms import UnderLaw

#: Time-outs of the HTTP client that plugins are given: for a connection, for each piece read or written, for a free connection.
_CONNECT_SECONDS, _READ_SECONDS, _WRITE_SECONDS, _POOL_SECONDS = 10.0, 30.0, 30.0, 10.0
_A_DAY_SECONDS = 86_400.0


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _with_right_check_digits(iban: str) -> str:
    """ISO 13616: with the first four characters moved to the end and letters as numbers, the remainder by 97 is 1."""
    plain = "".join(iban.split()).upper()
    moved = plain[4:] + plain[:4]
    if not (plain.isascii() and plain.isalnum()) or int("".join(str(int(sign, 36)) for sign in moved)) % 97 != 1:
        raise ValueError(f"{iban!r} is no account number: its check digits do not fit; copy it from the bank again")
    return iban


class CreditorConfig(_Frozen):
    """Who writes. Phone, e-mail, website and IBAN are the only ones a message may name."""

    creditor_id: str = Field(min_length=1, title="Id", description="A short key, kept for good.")
    name: str = Field(min_length=1, title="Name", description="As it stands on the invoices.")
    phone: str = Field(min_length=5, title="Phone", description="The number customers may call.")
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", title="E-mail", description="Where replies go.")
    website: str = Field(min_length=4, title="Website", description="Where customers can check the phone number.")
    iban: Annotated[str, AfterValidator(_with_right_check_digits)] = Field(
        min_length=15, title="IBAN", description="The account on the invoices."
    )
    agent_name: str = Field(default="", title="Signed by", description="The person whose name stands under e-mails.")
    business_id: str = Field(default="", title="Business ID", description="Y-tunnus or the like.")
    postal_address: str = Field(
        default="", title="Postal address", description="On one line; formal texts need it, and the business id."
    )
    opening_hours: str = Field(default="", title="Opening hours", description="When somebody answers the phone.")
    agency_name: str = Field(
        default="", title="Collection agency", description="Whom a final notice names; empty: it names nobody."
    )
    bic: str = Field(default="", title="BIC", description="The bank's code.")
    language: Language = Field(default=Language.FI, title="Language", description="For customers without their own.")
    timezone: str = Field(default="Europe/Helsinki", title="Time zone", description="An IANA name.")
    country: str = Field(default="FI", title="Country", description="ISO 3166 code; selects the holidays.")


class StoreConfig(_Frozen):
    """Where dunningkit keeps its data."""

    url: str = Field(
        default="sqlite:///dunning.db",
        title="Database",
        description="An SQLAlchemy URL; a relative SQLite path is relative to the configuration file.",
    )
    prefix: str = Field(default="dunning_", title="Table prefix", description="Begins the name of every table.")
    schema_name: str | None = Field(default=None, title="Schema", description="A database schema, where there are any.")


class PluginsConfig(_Frozen):
    """Which installed plugins may be used at all."""

    allow: tuple[str, ...] = Field(default=(), title="Allowed", description="Plugin names, such as csv.")
    deadlines: Mapping[Stage, Annotated[float, Field(gt=0, le=_A_DAY_SECONDS)]] = Field(
        default_factory=dict,
        title="Deadlines",
        description="Seconds that one call may take, by what is asked: deliver = 300. A call that takes longer is left behind.",
    )


class LawConfig(_Frozen):
    """Which country's law every line is held to, and what contracts and invoices say where the ledger does not."""

    pack: str = Field(
        min_length=1,
        title="Rule pack",
        description='A built-in pack such as "fi", or the path of a TOML file of your own.',
    )
    due_dates_bind: bool | None = Field(
        default=None,
        title="Due dates are agreed",
        description="Contracts set the due dates, so interest runs from them.",
    )
    rate_stated: bool | None = Field(
        default=None, title="Invoices state the rate", description="Every invoice names the penalty rate."
    )
    start_stated: bool | None = Field(
        default=None,
        title="Invoices state the start",
        description="Every invoice names the day from which interest runs.",
    )
    sent_when_issued: bool = Field(
        default=False, title="Sent when issued", description="Invoices leave on the day that they bear."
    )
    fee_agreed: bool = Field(default=False, title="Fees are agreed", description="Contracts agree on reminder fees.")
    vat_deductible: bool = Field(
        default=True, title="VAT is deductible", description="The creditor can deduct the VAT of collection costs."
    )
    claim_interest: bool = Field(
        default=False, title="Claim interest", description="Formal reminders ask for penalty interest."
    )
    customer_class: CustomerClass = Field(
        default=CustomerClass.UNKNOWN,
        title="Class of customers",
        description="Of those of whom the ledger does not tell it. Unknown gets the most protective treatment.",
    )


class PluginUse(_Frozen):
    """A plugin with its own settings."""

    plugin: str = Field(title="Plugin", description="What the plugin calls this source, scorer or channel.")
    config: Mapping[str, Any] = Field(default_factory=dict, title="Settings", description="The plugin's own.")


class Configuration(_Frozen):
    """The whole file."""

    creditor: CreditorConfig
    source: PluginUse
    channels: Mapping[Medium, PluginUse]
    scorer: PluginUse = Field(default_factory=lambda: PluginUse(plugin="ladder"))
    plugins: PluginsConfig = Field(default_factory=PluginsConfig)
    store: StoreConfig = Field(default_factory=StoreConfig)
    law: LawConfig | None = Field(
        default=None, title="Law", description="Without a rule pack there are only friendly steps, which are free."
    )
    policy: str | Mapping[str, Any] = Field(
        default_factory=dict, description="The policy itself, or the path of its TOML file."
    )
    special_policies: tuple[str | Mapping[str, Any], ...] = Field(
        default=(),
        title="Special policies",
        description="Policies that come before the main one for what they cover, and that customers can be assigned to.",
    )


@dataclass(frozen=True, slots=True)
class Configured:
    """A creditor ready to run, with what the file says of the store, and the plugins it was made with."""

    setup: CreditorSetup
    plugins: PluginSet
    store: StoreConfig
    base_dir: Path


def read_configuration(path: Path) -> Configuration:
    """Read the file; raises `SettingsError` that names the file, the place in it, and the remedy."""
    data = _toml(path)
    try:
        return Configuration.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"The configuration {path} is not usable: {problems_in(error)}", path=str(path)) from error


def plugin_settings(path: Path) -> PluginsConfig:
    """Which plugins the file allows, whatever else is wrong with it; raises `SettingsError`."""
    try:
        return PluginsConfig.model_validate(_toml(path).get("plugins", {}))
    except ValidationError as error:
        raise SettingsError(
            f"[plugins] in the configuration {path} is not usable: {problems_in(error)}", path=str(path)
        ) from error


def language_of(path: Path) -> Language | None:
    """The creditor's language in the file, whatever else is wrong with it; ``None`` where there is no such file."""
    try:
        creditor = _toml(path).get("creditor", {})
    except SettingsError:
        return None
    asked = creditor.get("language", Language.FI.value) if isinstance(creditor, dict) else None
    return Language(asked) if asked in set(Language) else None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The configuration {path} cannot be read: {error.strerror}. Make one with: dunning init.",
            path=str(path),
            what="unread",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The configuration {path} is not valid TOML: {error}.", path=str(path)) from error


def load_plugins(settings: PluginsConfig) -> PluginSet:
    """The built-in plugins and those that are allowed."""
    builtin = (ladder_plugin, file_outbox)
    return PluginSet.installed(allow=settings.allow, builtin=builtin, seconds={**SECONDS, **settings.deadlines})


def configure(path: Path, *, clock: Callable[[], datetime]) -> Configured:
    """Read the file, load the plugins it allows, and wire the creditor. Raises `SettingsError`."""
    return _wire(read_configuration(path), path.resolve().parent, clock, None, f"{path}, ")


def configure_from(
    settings: Mapping[str, Any],
    *,
    base_dir: Path,
    clock: Callable[[], datetime],
    plugins: PluginSet | None = None,
) -> Configured:
    """Wire a creditor from settings that the host keeps elsewhere, such as in its database, in the shape of the file.

    Relative paths are relative to ``base_dir``. ``plugins`` are those of a host that hands them over itself, the built-in ones
    included; left out, the installed ones that the settings allow are loaded. Raises `SettingsError`.
    """
    try:
        read = Configuration.model_validate(dict(settings))
    except ValidationError as error:
        raise SettingsError(f"The settings are not usable: {problems_in(error)}") from error
    return _wire(read, base_dir, clock, plugins, "")


def services_in(base_dir: Path, *, clock: Callable[[], datetime]) -> Services:
    """What a plugin is given here: a logger under ``dunningkit.plugins``, and an HTTP client with time-outs when asked."""
    return Services(
        clock=clock,
        log=structlog.wrap_logger(
            logging.getLogger("dunningkit.plugins"),
            processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
            wrapper_class=structlog.stdlib.BoundLogger,
        ),
        base_dir=base_dir,
        http_client=_http_client,
    )


def _wire(
    read: Configuration, base_dir: Path, clock: Callable[[], datetime], given: PluginSet | None, where: str
) -> Configured:
    plugins = given or load_plugins(read.plugins)
    services = services_in(base_dir, clock=clock)
    source = plugins.find(LedgerSourceSpec, read.source.plugin)
    scorer = plugins.find(ScorerSpec, read.scorer.plugin)
    seconds = {**SECONDS, **read.plugins.deadlines}

    def build(offered: "_Offered", use: PluginUse, where: str) -> Any:
        theirs = partial(plugins.add_notice, offered.plugin, offered.version, Stage.BUILD.value)
        notice = None if is_our_own(offered.plugin) else theirs
        return _build(offered, use, services, where, seconds[Stage.BUILD], notice)

    channels = {}
    for medium, use in read.channels.items():
        channel = plugins.find(ChannelSpec, use.plugin)
        if medium not in channel.spec.media:
            raise SettingsError(f"[channels.{medium.value}]: the channel {use.plugin!r} does not carry {medium.value}.")
        made = build(channel, use, f"channels.{medium.value}")
        channels[medium] = WiredChannel.from_spec(channel.spec, made, version=channel.version, seconds=seconds)
    setup = CreditorSetup(
        creditor=Creditor(**read.creditor.model_dump()),
        source=WiredSource.from_spec(
            source.spec, build(source, read.source, "source"), version=source.version, seconds=seconds
        ),
        channels=channels,
        policy=_policy(read.policy, base_dir, f"{where}[policy]"),
        special_policies=tuple(
            _policy(one, base_dir, f"{where}[[special_policies]] number {number}")
            for number, one in enumerate(read.special_policies, 1)
        ),
        scorer=WiredScorer.from_spec(
            scorer.spec, build(scorer, read.scorer, "scorer"), version=scorer.version, seconds=seconds
        ),
        law=_law(read.law, base_dir),
    )
    return Configured(setup, plugins, read.store, base_dir)


def store_url(url: str, base_dir: Path) -> str:
    """The database URL with a relative SQLite path made absolute; nothing is created. Raises `SettingsError`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(f"The database URL {url!r} is not one: write it like sqlite:///dunning.db.") from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return url
    return parsed.set(database=str(base_dir / str(parsed.database))).render_as_string(hide_password=False)


def make_database_folder(url: str) -> None:
    """Create the folder of an SQLite database, given its URL as `store_url` made it. Raises `SettingsError`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return
    folder = Path(str(parsed.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The database's folder {folder} cannot be made: {error.strerror}.") from error


_Offered = Registered[LedgerSourceSpec] | Registered[ScorerSpec] | Registered[ChannelSpec]


def _build(
    offered: _Offered,
    use: PluginUse,
    services: Services,
    where: str,
    seconds: float,
    notice: Callable[[Thing], None] | None,
) -> Any:
    spec = offered.spec

    def build() -> Any:
        try:
            made: object = spec.build(spec.config_model.model_validate(dict(use.config)), services)
        except ValidationError as error:
            raise Refused(f"[{where}.config] for {spec.name!r} is not usable: {problems_in(error)}") from None
        except SettingsError as error:
            raise Refused(sayable(str(error))) from None
        if isinstance(made, Coroutine):
            made.close()
            raise TypeError("build must be a plain function")
        return made

    try:
        return load(build, seconds, notice)
    except NotLoaded as error:
        failed = error
    if failed.refused:
        raise SettingsError(failed.said)
    raise SettingsError(
        f"[{where}]: the plugin {offered.plugin!r} {offered.version} failed in build: {failed.said}. "
        "Check its settings, or report it to its author.",
        what="built",
        plugin=offered.plugin,
        version=offered.version,
        stage=Stage.BUILD.value,
        error=failed.said,
    )


def _policy(given: str | Mapping[str, Any], base_dir: Path, where: str) -> Policy:
    if isinstance(given, str):
        return load_policy(base_dir / given)
    return parse_policy(given, where=where)


def _law(given: LawConfig | None, base_dir: Path) -> "UnderLaw | None":
    if given is None:
        return None
    # Packs are read, and their rules loaded, only where there is a law to ask.
    from dunningkit.law.loading import load_pack  # noqa: PLC0415
    from dunningkit.law.terms import CreditorTerms, UnderLaw  # noqa: PLC0415

    told = given.model_dump(exclude={"pack"})
    is_path = given.pack.endswith(".toml")
    return UnderLaw(load_pack(base_dir / given.pack if is_path else given.pack), CreditorTerms(**told))


def _http_client() -> "httpx.Client":
    # Imported only when a plugin needs it.
    import httpx  # noqa: PLC0415

    timeout = httpx.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS, write=_WRITE_SECONDS, pool=_POOL_SECONDS)
    return httpx.Client(timeout=timeout, follow_redirects=False)
