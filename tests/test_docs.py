"""Documentation fails with the code: what exists is described, and what is described exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from django.apps import apps
from django.conf.locale import LANG_INFO
from django.urls import URLResolver, get_resolver

from pennypress import settings as site_settings
from pennypress.api import api
from pennypress.cli import cli
from pennypress.environment import OPTIONS
from pennypress.foundation.addresses import InMirror, Policy
from pennypress.record.append_only import AppendOnly
from pennypress.stories.models import StoryPage

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "pennypress"
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(path for path in CODE.rglob("*.py") if "migrations" not in path.parts)


def read_page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def split_sections(text: str, level: str = "##") -> dict[str, str]:
    """The text under each heading of a level; headings in back-ticks lose these."""
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)
    return {
        title.strip().strip("`"): body for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def read_tables(text: str) -> Iterator[list[str]]:
    """The cells of every table row, without headings' and rulers' rows."""
    lines = text.splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.startswith("| ") and above.startswith("|"):
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


# ── Commands ───────────────────────────────────────────────────────────────────────────────────


def walk_commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    for sub in getattr(command, "commands", {}).values():
        yield from walk_commands(sub, f"{name} {sub.name}")


COMMANDS = dict(walk_commands(cli, "pennypress"))


def test_each_command_has_its_section_and_no_other() -> None:
    titles = {title for title in split_sections(read_page("cli.md")) if title != "Exit status"}
    assert titles == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_options_are_the_documented_ones(name: str) -> None:
    section = split_sections(read_page("cli.md"))[name]
    rows = {row[0].strip("`"): row for row in read_tables(section) if row[0].startswith("`--")}
    options = {
        max(option.opts, key=len): option
        for option in COMMANDS[name].params
        if isinstance(option, click.Option)
    }
    assert set(rows) == set(options)
    for flag, option in options.items():
        row = " | ".join(rows[flag])
        variables = [option.envvar] if isinstance(option.envvar, str) else option.envvar or []
        assert [v for v in variables if f"`{v}`" not in row] == [], flag
        if isinstance(option.type, click.Choice):
            assert [c for c in option.type.choices if f"`{c}`" not in row] == [], flag
        if isinstance(option.default, str | int) and option.default and not option.is_flag:
            assert f"`{option.default}`" in row, flag


def test_each_argument_is_named() -> None:
    sections = split_sections(read_page("cli.md"))
    for name, command in COMMANDS.items():
        for argument in command.params:
            if isinstance(argument, click.Argument) and name != "pennypress manage":
                assert f" {argument.human_readable_name}" in sections[name]


def test_the_object_of_import_has_the_documented_keys() -> None:
    from pennypress.arrivals.actions import ArrivalReport

    section = split_sections(read_page("cli.md"))["pennypress import"]
    table = section.split("### The object of `--json`")[1]
    documented = {key for row in read_tables(table) for key in re.findall(r"`(\w+)`", row[0])}
    assert documented == set(ArrivalReport("capture").as_json())


# ── Settings ───────────────────────────────────────────────────────────────────────────────────


def test_each_setting_is_documented_with_its_default_and_no_other_is() -> None:
    rows = {row[0].strip("`"): row for row in read_tables(read_page("settings.md"))}
    assert set(rows) == set(OPTIONS)
    for name, option in OPTIONS.items():
        assert rows[name][1].strip("`") == (option.default or "(unset)"), name


# ── Addresses and the API ──────────────────────────────────────────────────────────────────────

REGISTER = site_settings.ADDRESSES


def find_routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """A path for each route of the URLconf, with something in the place of each parameter."""
    for pattern in resolver.url_patterns:
        path = before + make_example(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from find_routes(pattern, path)
        elif pattern.name != "wagtail_serve":  # whatever the tree of pages holds: see below
            yield path


def make_example(route: str) -> str:
    """A path that a route, or a regular expression that stands for one, matches."""
    route = route.replace(r"(\d+)", "7").replace("(.*)", "some")  # Wagtail's unnamed ones
    route = re.sub(r"<int:\w+>|\(\?P<(?:index|width|level)>[^)]*\)", "7", route)
    route = re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "some", route)
    route = re.sub(r"\(\?:([\w]+)\|[^)]*\)", r"\1/some", route)  # the first of several
    route = re.sub(r"\(\?:[^()]*\)\?", "", route)  # an ending that may be left out
    return route.strip("^$").replace("\\", "")


def test_each_route_of_the_urlconf_is_declared() -> None:
    for path in find_routes(get_resolver()):
        found = REGISTER.find(path)
        assert found is not None, path
        assert not found.tree, f"{path} is declared only as a page of the newsroom's tree"


def test_each_route_of_a_page_is_declared() -> None:
    for model in [m for m in apps.get_models() if hasattr(m, "get_subpage_urls")]:
        for pattern in model.get_subpage_urls():
            route = make_example(str(pattern.pattern))
            found = REGISTER.find(f"/news/some/{route}")
            assert found is not None, route
            assert (
                found.path == "<page>"
                if not route
                else found.path.endswith(route.rpartition("7/")[2])
            ), route
            assert found.tree, route


def test_the_register_lists_nothing_that_nobody_answers() -> None:
    routes = {REGISTER.find(path) for path in find_routes(get_resolver())}
    pages = {
        REGISTER.find(f"/news/some/{make_example(str(pattern.pattern))}")
        for pattern in StoryPage.get_subpage_urls()
    }
    # By pages of the newsroom's tree, by the server itself, and by the mirror.
    others = {
        "/",
        "/<section>/",
        "/static/<path:path>",
        "/live/",
        "/404.html",
        "/me/",
        "/accounts/",
    }
    idle = [a.path for a in REGISTER.addresses if a not in routes | pages and a.path not in others]
    assert [path for path in idle if not path.startswith("/admin/")] == []


# The headings of docs/reference/addresses.md, and what is listed below each.
POLICIES = {
    "Cached": Policy.CACHED,
    "Fresh": Policy.FRESH,
    "Personal": Policy.PERSONAL,
    "Hooks": Policy.HOOK,
}


def test_the_documented_addresses_are_the_declared_ones() -> None:
    sections = split_sections(read_page("addresses.md"))
    for title, policy in POLICIES.items():
        rows = {row[0].strip("`"): " | ".join(row) for row in read_tables(sections[title])}
        declared = {a.path: a for a in REGISTER.addresses if a.policy == policy}
        assert set(rows) == set(declared), title
        for path, address in declared.items():
            missing = [name for name in address.query if f"`?{name}=`" not in rows[path]]
            assert missing == [], path
            assert ("`/<language>" in rows[path]) == address.localised, path
            in_mirror = {InMirror.YES: "yes", InMirror.NO: "no", InMirror.WITHOUT_QUERY: "first"}
            if policy == Policy.CACHED:
                assert f"| {in_mirror[address.mirrored]} |" in rows[path], path


def test_each_reserved_slug_is_documented() -> None:
    codes = {code.lower() for code in LANG_INFO}
    reserved = split_sections(read_page("addresses.md"))["Reserved"]
    assert set(re.findall(r"`([^`]+)`", reserved)) == site_settings.RESERVED_SLUGS - codes


def test_every_first_part_of_the_outside_contract_is_reserved() -> None:
    """What people and programs outside rely on, whether it answers today or not."""
    parts = (
        "about accounts admin ap api archive campaigns corrections decisions documents embed feeds "
        "funding give healthz hooks live me media metrics newsletter news-sitemap.xml notice "
        "oembed opensearch.xml people readyz record robots.txt s search series sitemap.xml static "
        "stats topics verifier.pyz webmention .well-known ar de en fr zh-hans"
    )
    assert set(parts.split()) - site_settings.RESERVED_SLUGS == set()


def test_each_api_path_is_documented_and_no_other_is() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    paths = {
        f"{method.upper()} {path}"
        for path, methods in schema["paths"].items()
        for method in methods
    }
    sections = split_sections(read_page("api.md"))
    assert set(sections) == paths
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            section = sections[f"{method.upper()} {path}"]
            for parameter in operation.get("parameters", []):
                if parameter["in"] != "path":
                    assert f"`{parameter['name']}`" in section, (path, parameter["name"])


def test_each_field_of_the_api_is_documented() -> None:
    page = read_page("api.md")
    schemas = api.get_openapi_schema(path_prefix="/api/v1/")["components"]["schemas"]
    for name, schema in schemas.items():
        for field in schema.get("properties", {}):
            assert f'"{field}"' in page or f"`{field}`" in page, f"{name}.{field}"


# ── The record ─────────────────────────────────────────────────────────────────────────────────


def find_kinds() -> Iterator[str]:
    """Every kind of entry that the source appends."""
    for path in MODULES:
        if path == CODE / "record" / "actions.py":  # where both are defined
            continue
        module = parse(path)
        functions = [n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)]
        calls = [n for n in ast.walk(module) if isinstance(n, ast.Call)]
        for node in calls:
            if getattr(node.func, "id", "") not in {"append", "Fact"}:
                continue
            around = [f for f in functions if f.lineno <= node.lineno <= (f.end_lineno or 0)]
            kinds = set(_strings(node.args[0], module, around))
            assert kinds, f"{path.name}:{node.lineno}: this test cannot tell the kind of entry"
            yield from kinds


def _strings(node: ast.expr, module: ast.Module, around: list[ast.FunctionDef]) -> Iterator[str]:
    """The strings that an expression may be: literals, choices, look-ups in a module's table."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body, module, around)
        yield from _strings(node.orelse, module, around)
    elif isinstance(node, ast.Name):
        for scope in around:
            for step in ast.walk(scope):
                if isinstance(step, ast.Assign) and _names(step.targets) == {node.id}:
                    yield from _strings(step.value, module, around)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        for step in module.body:
            targets = (
                step.targets
                if isinstance(step, ast.Assign)
                else [step.target]
                if isinstance(step, ast.AnnAssign)
                else []
            )
            if _names(targets) == {node.value.id} and isinstance(step.value, ast.Dict):
                for value in step.value.values:
                    yield from _strings(value, module, around)
    elif isinstance(node, ast.JoinedStr):
        made = [""]
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            made = [m + s for m in made for s in _strings(inner, module, around)]
        yield from made


def _names(targets: list[ast.expr]) -> set[str]:
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_each_kind_of_entry_is_documented_and_no_other_is() -> None:
    kinds = set(find_kinds())
    assert "story.published" in kinds and "comment.removed" in kinds
    assert set(split_sections(read_page("record.md"), "###")) == kinds


# ── The database ───────────────────────────────────────────────────────────────────────────────


def test_each_constraint_is_documented_and_no_other_is() -> None:
    own = [m for m in apps.get_models() if m.__module__.startswith("pennypress.")]
    constraints = {c.name for model in own for c in model._meta.constraints}
    tables = {model._meta.db_table for model in own}
    rows = [row for row in read_tables(read_page("database.md")) if len(row) == 3]
    named = {name for row in rows for name in re.findall(r"^`(\w+)`$", row[2])}
    assert named == constraints
    assert {row[0].strip("`") for row in rows} <= tables
    for model in own:
        for field in model._meta.local_fields:
            # A page's slug, a primary key of its own making: not ours to explain.
            if field.unique and not field.primary_key and not field.auto_created:
                table = model._meta.db_table
                assert [table, f"unique `{field.name}`"] in [
                    [row[0].strip("`"), row[2]] for row in rows
                ], f"{table}.{field.name}"


def test_each_table_that_never_changes_is_documented_and_no_other_is() -> None:
    from django.db.migrations.loader import MigrationLoader

    protected = {
        apps.get_model(label, operation.model)._meta.db_table
        for (label, _), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }
    section = split_sections(read_page("database.md"))["Rows that never change"]
    assert {row[0].strip("`") for row in read_tables(section)} == protected


# ── Links ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_point_to_something(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if (ROOT / "docs" / "pictures") in file.parents and not file.exists():
            continue  # taken from a running site, later than the words
        assert file.exists(), f"{target} in {page.name}"
        if anchor and file.suffix == ".md":
            assert anchor in set(find_anchors(file)), f"{target} in {page.name}"


def find_anchors(page: Path) -> Iterator[str]:
    """The anchors that a repository's browser gives to headings."""
    for title in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


# ── The architecture ───────────────────────────────────────────────────────────────────────────

# What each part may import: what stands on a later line. Parts on one line do not know each other.
LAYERS = (
    {"demo"},
    {"operations", "newsroom", "arrivals", "mirror"},
    {"accountability"},
    {"redirects"},
    {"stories", "moderation"},
    {"discussion", "funding"},
    {"readers", "pictures"},
    {"site"},
    {"record"},
    {"delivery"},
    {"requests", "captures"},
    {"formats"},
    {"limits", "words"},
    {"foundation"},
)
# Above all parts: they may know everything, and no part may know them.
TABLES_OF_CONTENTS = {"__main__", "addresses", "cli", "urls", "api", "environment", "settings"}
# What knows nothing of the rest: the checker that shares no code with it.
LEAVES = {"__init__", "verifier"}


def find_imports(path: Path) -> Iterator[tuple[str, int]]:
    """The parts of Pennypress that a module imports, with the line; its own part too."""
    package = ["pennypress", *path.relative_to(CODE).parts[:-1]]
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "pennypress" and len(parts) > 1:
                yield parts[1], node.lineno


def part_of(path: Path) -> str:
    return path.relative_to(CODE).parts[0].removesuffix(".py")


TEMPLATES = CODE / "templates"
_NAMED = re.compile(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
_LOADED = re.compile(r"{%\s*load\s+([^%]+?)\s*%}")
TAG_LIBRARIES = {path.stem: part_of(path) for path in CODE.glob("*/templatetags/*.py")}


def find_names_in_templates() -> Iterator[tuple[Path, str]]:
    """Each template with the parts whose templates and tags it names."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for name in _NAMED.findall(text):
            if (TEMPLATES / name).exists():  # else one of Wagtail's
                yield path, Path(name).parts[0]
        for libraries in _LOADED.findall(text):
            yield from ((path, TAG_LIBRARIES[n]) for n in libraries.split() if n in TAG_LIBRARIES)


def allowed_imports(part: str) -> set[str]:
    """What a part may know: itself, and what stands on a later line."""
    level = next((n for n, layer in enumerate(LAYERS) if part in layer), len(LAYERS))
    return {part}.union(*LAYERS[level + 1 :])


def test_the_architecture_names_every_part() -> None:
    found = {part_of(path) for path in MODULES}
    assert found == set().union(*LAYERS) | TABLES_OF_CONTENTS | LEAVES
    diagram = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for part in set().union(*LAYERS):
        assert re.search(rf"^ +.*\b{part}\b", diagram, re.MULTILINE), part
        assert f"`{part}/`" in readme, part


def test_imports_point_downwards() -> None:
    # Migrations too: they run on sites for ever.
    for path in sorted(CODE.rglob("*.py")):
        part = part_of(path)
        if part in TABLES_OF_CONTENTS:
            continue
        for imported, line in find_imports(path):
            if imported == "__version__":
                continue
            assert imported in allowed_imports(part), (
                f"{path.relative_to(ROOT)}:{line}: {part} must not import {imported}"
            )


def test_templates_name_what_lies_below_them_alone() -> None:
    found = list(find_names_in_templates())
    assert len(found) > 40
    for path, named in found:
        part = path.relative_to(TEMPLATES).parts[0]
        assert named in allowed_imports(part), (
            f"{path.relative_to(ROOT)}: a template of {part} must not name {named}"
        )


def test_tables_of_contents_import_in_no_circle() -> None:
    known: dict[str, set[str]] = {}
    for path in MODULES:
        known.setdefault(part_of(path), set()).update(
            name for name, _ in find_imports(path) if name in TABLES_OF_CONTENTS | LEAVES
        )
    for part, imports in known.items():
        imports.discard(part)
    done: set[str] = set()
    while ready := {p for p in known if p not in done and known[p] <= done}:
        done |= ready
    assert set(known) == done, f"a circle among {sorted(set(known) - done)}"
