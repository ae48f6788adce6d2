from __future__ import annotations

from typing import Annotated, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from floworch.actions.widgets import (
    WIDGETS,
    Code,
    Database,
    Duration,
    Expression,
    FilePath,
    Folder,
    Items,
    KeyValue,
    Multiline,
    Secret,
    Table,
    Widget,
    secret_value,
    show_if,
    widget,
)
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost


class Model(BaseModel):
    code: Code
    expression: Expression
    file: FilePath
    folder: Folder
    secret: Secret
    connection: Database
    duration: Duration
    multiline: Multiline
    keyvalue: KeyValue
    list: Items
    table: Table
    text: Annotated[str, widget("text")]
    sql: Annotated[str, widget("code", language="sql")] = ""
    later: Annotated[int, show_if(code="x")] = 1


def test_every_type_asks_for_the_field_of_its_name() -> None:
    properties = Model.model_json_schema()["properties"]
    assert {name: properties[name]["widget"] for name in WIDGETS} == {name: name for name in WIDGETS}
    assert properties["sql"]["language"] == "sql"
    assert (properties["connection"]["types"], properties["connection"]["free"]) == (["sql"], True)
    assert properties["later"]["show_if"] == {"code": "x"}
    assert set(get_args(Widget)) == set(WIDGETS)


def test_a_duration_is_seconds_or_text_and_reaches_the_action_as_seconds() -> None:
    read = TypeAdapter(Duration).validate_python
    assert [read(value) for value in (2, 0.5, "250ms", "5m", "7d")] == [2.0, 0.5, 0.25, 300.0, 604800.0]
    for bad in ("soon", -1, True, None, [1]):
        with pytest.raises(ValidationError, match="is not a duration"):
            read(bad)


def test_a_secret_is_looked_up_by_name_or_by_expression() -> None:
    ctx = FakeHost(secrets={"KEY": "s3cret"}, inputs={"n": 5}).context()
    assert secret_value(ctx, "KEY") == "s3cret"
    assert secret_value(ctx, "{{ secrets.KEY }}") == "s3cret"
    with pytest.raises(ActionError, match="There is no secret 'OTHER'"):
        secret_value(ctx, "OTHER")
    with pytest.raises(ActionError, match="must be text, but the expression gives int"):
        secret_value(ctx, "{{ inputs.n }}")
