"""Wagtail's apps without its API: all else that they do at the start is done."""

import ast
import inspect
import subprocess
import sys
import textwrap

import pytest

from pennypress.site import wagtail_apps

pytestmark = pytest.mark.once

APPS = [
    wagtail_apps.Documents, wagtail_apps.Images, wagtail_apps.Snippets,
]  # fmt: skip


def names_in(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("app", APPS)
def test_the_api_is_the_last_thing_that_wagtail_makes_ready(app):
    source = textwrap.dedent(inspect.getsource(app.__mro__[2].ready))
    (function,) = ast.parse(source).body
    statements = function.body
    is_api = [
        isinstance(statement, ast.ImportFrom) and "api.v3" in (statement.module or "")
        for statement in statements
    ]
    imported: set[str] = set()
    for statement in statements[is_api.index(True) :]:
        if isinstance(statement, ast.ImportFrom):
            assert "api.v3" in (statement.module or "")
            imported |= {alias.name for alias in statement.names}
        else:
            assert names_in(statement) <= imported


def test_a_command_imports_nothing_of_it():
    code = (
        "import django, sys; django.setup(); "
        "print([name for name in sys.modules if name.endswith('.api.v3') "
        "or name.split('.')[0] in ('rest_framework', 'ninja', 'markdown_it')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
