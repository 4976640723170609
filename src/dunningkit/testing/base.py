"""What every conformance class asks, whatever a plugin connects: a typed form of settings, and secrets that stay secret."""

import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from dunningkit.contracts import Services
from dunningkit.testing.checks import check, is_written, overridden
from dunningkit.testing.outside import Outside, services_for

#: Settings that open a door, by their names.
_SECRET_NAMES = re.compile(
    r"secret|password|passphrase|passwd|pwd$|token|bearer|(?:^|_)(?:api_?|private_|partner_|customer_)?key$|credential",
    re.I,
)
#: They only say where a secret is, or how it is used.
_NO_SECRET_NAMES = re.compile(r"_(?:url|uri|file|path|folder|name|header|env|seconds|minutes|days|type)$", re.I)
_PLANTED = "canary-8f3c1d"


class Conformance:
    """Subclass a kind's class instead of this one; give the fixture ``spec``, and ``outside`` where there is another system."""

    @pytest.fixture
    def spec(self) -> Any:
        """The spec to check: override it to return yours."""
        pytest.fail("Override the fixture `spec` to return the spec that your plugin offers.", pytrace=False)

    @pytest.fixture
    def outside(self) -> Outside:
        """The other system: override it to return an object of a class derived from `Outside`."""
        return Outside()

    @pytest.fixture
    def services(self, outside: Outside, tmp_path: Any) -> Services:
        """What the plugin is given: a clock that stands still, a logger, no network but ``outside.transport()``."""
        return services_for(tmp_path, outside.transport if is_written(outside, "transport") else None)

    @pytest.fixture
    def build(self, spec: Any, outside: Outside, services: Services) -> Callable[..., Any]:
        """Makes the plugin's object anew; with other settings or services where a check gives them."""

        def make(settings: Mapping[str, Any] | None = None, others: Services | None = None) -> Any:
            given = outside.settings() if settings is None else settings
            return spec.build(spec.config_model.model_validate(dict(given)), others or services)

        return make

    @check()
    def test_no_standard_check_is_overridden(self) -> None:
        """A deviation is said with ``xfail(strict=True, reason="unsupported: ...")``, never by leaving a check out."""
        names = overridden(type(self))
        assert not names, (
            f"{', '.join(names)}: mark it xfail(strict=True, reason='unsupported: ...', 'future: ...' or 'regression: ...') "
            "instead of replacing it"
        )

    @check()
    def test_settings_are_a_form_that_refuses_what_it_does_not_know(self, spec: Any, outside: Outside) -> None:
        """A typing mistake in a configuration file must not be a setting that silently does nothing."""
        model = spec.config_model
        assert issubclass(model, BaseModel), "config_model is no pydantic model"
        from_outside = [base.__name__ for base in model.__mro__ if base.__module__.split(".")[0] == "pydantic_settings"]
        assert not from_outside, "config_model is a BaseSettings, which reads the environment: make it a BaseModel"
        for one in _models_in(model):
            where = "config_model" if one is model else f"{one.__name__} in config_model"
            assert one.model_config.get("frozen"), (
                f"{where} is not frozen: settings do not change while a run uses them"
            )
            assert one is model or one.model_config.get("extra") == "forbid", (
                f"{where} takes what it does not know: give it model_config = ConfigDict(frozen=True, extra='forbid')"
            )
        with pytest.raises(ValidationError, match="xtra"):
            model.model_validate({**outside.settings(), "no_such_setting_": 1})

    @check()
    def test_every_setting_says_what_it_is(self, spec: Any) -> None:
        """The JSON Schema of the settings is the form that an accountant sees."""
        bare = [
            name for name, field in spec.config_model.model_fields.items() if not (field.title and field.description)
        ]
        assert not bare, f"give a title and a description to {', '.join(bare)}"

    @check()
    def test_secrets_are_never_shown(self, spec: Any) -> None:
        """What opens a door is a ``SecretStr``, which no log, error or screen repeats."""
        open_ones = [
            name
            for model in _models_in(spec.config_model)
            for name, field in model.model_fields.items()
            if _SECRET_NAMES.search(name) and not _NO_SECRET_NAMES.search(name) and _shows_texts(field.annotation)
        ]
        assert not open_ones, f"make {', '.join(open_ones)} a SecretStr"

    @check()
    def test_building_asks_nobody(self, build: Callable[..., Any], tmp_path: Any) -> None:
        """``build`` only makes the object: the first call outside is a method's, where a failure has a name and a stage."""
        asked: list[str] = []

        def client() -> Any:
            asked.append("http_client")
            raise AssertionError("build() made a client")

        quiet = services_for(tmp_path)
        build(others=Services(clock=quiet.clock, log=quiet.log, base_dir=tmp_path, http_client=client))
        assert not asked, "build() opened the HTTP client; make it on first use"


def _models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    """A model of settings and those that stand in its fields, however deep."""
    found, waiting = [], [model]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.append(one)
            kinds = chain.from_iterable(_kinds_in(field.annotation) for field in one.model_fields.values())
            waiting += [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return found


def _kinds_in(annotation: Any) -> list[Any]:
    """The classes that a type is made of: of ``tuple[SecretStr, ...] | None`` it is ``SecretStr`` and ``None``'s."""
    inner = get_args(annotation)
    return [kind for one in inner for kind in _kinds_in(one)] if inner else [annotation]


def _shows_texts(annotation: Any) -> bool:
    return any(kind in (str, bytes, Any) for kind in _kinds_in(annotation))
