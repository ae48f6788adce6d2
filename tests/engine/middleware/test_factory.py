"""What functions such as ``retry(3)`` are given is checked at once, in the words of ``validate`` (C5.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from logging import getLogger
from pathlib import Path
from typing import Any

import pytest

from floworch import (
    UsageError,
    cache,
    circuit_breaker,
    compose,
    concurrency,
    conditional,
    dead_letter,
    logging,
    metrics,
    rate_limit,
    registry,
    retry,
    timeout,
)
from floworch.middleware.factory import layered
from floworch.middleware.layer import Layer
from floworch.middleware.measures import Metrics


def double(n: int = 1) -> int:
    return 2 * n


@pytest.mark.parametrize(
    ("make", "options", "says"),
    [
        (retry, {"delay": "soon"}, "'soon' is not a duration"),
        (retry, {"on": ["conection_error"]}, "did you mean 'connection_error'?"),
        (retry, {"on": "transient"}, "'on' must be a list, not 'transient'."),
        (retry, {"give_up_on": ["zzz"]}, "use some of all, cancelled,"),
        (retry, {"max_attempts": 0}, "'max_attempts' must be at least 1, not 0."),
        (retry, {"dealy": 1}, "There is no parameter 'dealy'. Did you mean 'delay'?"),
        (cache, {"ttl": -1}, "'ttl': -1 is not a duration"),
        (cache, {"scope": "all", "ttl": "x"}, "'scope' must be one of 'run' or 'store', not 'all'."),
        (logging, {"prefix": "{{ run.id }}"}, "'prefix' takes no expression"),
        (circuit_breaker, {"threshold": "many"}, "'threshold' must be a whole number, not 'many'."),
        (dead_letter, {}, "'path' is missing. Give 'path' a value."),
    ],
)
def test_a_wrong_option_is_refused_in_the_words_of_validate(
    make: Callable[..., Layer], options: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make(**options)
    message = str(caught.value)
    assert message.startswith(f"{make.__name__}(...): ")
    assert says in message
    found = registry.check_layer(make.__name__, options)
    assert found
    assert all(issue.message in message and issue.fix in message for issue in found)


@pytest.mark.parametrize(
    ("make", "args", "options"),
    [
        (rate_limit, (10, "1s"), {"limit": 10, "per": "1s"}),
        (rate_limit, ("bank", 10), {"name": "bank", "limit": 10}),
        (concurrency, (3,), {"limit": 3}),
        (circuit_breaker, (5, 30.0), {"threshold": 5, "reset": 30.0}),
    ],
)
def test_a_number_stands_for_the_option_after_the_name(make: Any, args: tuple[Any, ...], options: Any) -> None:
    assert make(*args).options == options
    with pytest.raises(UsageError, match="'name' must be text"):
        make(None)


def test_a_timedelta_is_seconds() -> None:
    make: Any = timeout
    assert make(timedelta(milliseconds=1500)).options == {"after": 1.5}


def test_a_logger_of_python_is_its_name() -> None:
    make: Any = logging
    assert make(logger=getLogger("shop.audit")).options == {"logger": "shop.audit"}


def test_a_timeout_needs_its_time() -> None:
    make: Any = timeout
    with pytest.raises(UsageError, match=r"timeout\(\.\.\.\): 'after' is missing\. Give 'after' a value\."):
        make()


@pytest.mark.parametrize(
    ("make", "args", "options", "says"),
    [
        (retry, (1, 2, 3, 4, 5, (), (), 8), {}, "takes 7 values without a name, not 8."),
        (metrics, ("a", 1.0, Metrics()), {}, "Give options by name: registry=..."),
        (retry, (3,), {"max_attempts": 4}, "'max_attempts' is given twice"),
        (logging, (double,), {}, "write logging(...)(action)."),
    ],
)
def test_values_without_a_name_that_do_not_fit_are_refused(make: Any, args: Any, options: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        make(*args, **options)
    assert says in str(caught.value)


def test_what_fits_is_kept_as_a_definition_holds_it(tmp_path: Path) -> None:
    assert retry(3, on=(kind for kind in ["transient"])).options == {"max_attempts": 3, "on": ["transient"]}
    assert dead_letter(tmp_path / "x").options == {"path": str(tmp_path / "x")}
    own = Metrics()
    assert metrics(registry=own).options == {"registry": own}, "what is no option is passed on"


def test_a_factory_that_is_not_called_stands_for_its_defaults() -> None:
    assert isinstance(layered(logging), Layer)
    assert layered(double) is double
    with pytest.raises(UsageError, match="'after' is missing"):
        compose([timeout], double)
    with pytest.raises(UsageError, match="'path' is missing"):
        conditional(lambda ctx: True, dead_letter)
