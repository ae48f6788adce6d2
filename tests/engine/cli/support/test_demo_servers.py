from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from floworch.cli.support.demo_servers import SERVERS, package_api


def test_the_api_tells_of_installed_packages_while_it_is_needed() -> None:
    with package_api() as (url, asked):

        def ask(path: str) -> object:
            with urllib.request.urlopen(url + path, timeout=20) as answer:
                return json.loads(answer.read())

        assert ask("/health") == {"status": "ok"}
        assert ask("/packages/pytest") == {"name": "pytest", "version": pytest.__version__}
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            ask("/packages/no-such-package")
        caught.value.close()
        assert asked == ["/health", "/packages/pytest", "/packages/no-such-package"]
    with pytest.raises(urllib.error.URLError):
        ask("/health")


def test_servers_belong_to_examples() -> None:
    assert set(SERVERS) == {"api-polling"}
