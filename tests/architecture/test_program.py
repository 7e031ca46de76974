"""Rules about the whole program that keep it whole after its authors leave."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from feedback import config
from feedback.db import migrate
from feedback.db.models import Base
from feedback.db.session import Database

CHECKOUT = Path(__file__).resolve().parents[2]
MODULES = sorted(CHECKOUT.glob("feedback/**/*.py")) + sorted(
    CHECKOUT.glob("triangulation/**/*.py")
)
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}


def test_packages_import_each_other_as_the_house_is_drawn():
    linter = Path(sys.executable).with_name("lint-imports")

    told = subprocess.run(  # noqa: S603 - our own tool
        [linter, "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout[-3000:]


def test_every_module_opens_with_the_question_it_answers():
    silent = [
        str(path.relative_to(CHECKOUT))
        for path in MODULES
        if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    ]

    assert silent == []


def test_no_module_is_a_drawer_or_longer_than_four_hundred_lines():
    drawers = [path.name for path in MODULES if path.stem in DRAWERS]
    long = [
        (path.name, lines)
        for path in MODULES
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    ]

    assert drawers == []
    assert long == []


def test_every_rule_and_service_has_its_place_on_the_page_of_architecture():
    page = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
    told = page.partition("## The way of the data\n")[2].partition("\n## ")[0]
    columns = [
        [set(re.findall(r"`([\w/]+)`", cell)) for cell in line.split("|")[2:4]]
        for line in told.splitlines()
        if line.startswith("|")
    ]
    rules = set().union(*(column[0] for column in columns)) - {"triangulation"}
    services = set().union(*(column[1] for column in columns))

    # The headings name their package.
    assert rules - {"domain"} == _modules("domain")
    assert services - {"services"} == _modules("services")


def _modules(package):
    found = (CHECKOUT / "feedback" / package).glob("*.py")
    return {path.stem for path in found if path.stem != "__init__"}


def test_every_setting_is_in_the_example_and_every_example_is_a_setting():
    source = (CHECKOUT / "feedback" / "config.py").read_text("utf-8")
    read = set(
        re.findall(
            r"reader\.(?:text|optional|required|choice|number|whole|port|seconds|url|"
            r'instant|networks)\(\s*"([A-Z_]+)"',
            source,
        )
    )
    read |= {"SECRET_KEY", "MASTER_KEY"}
    example = (CHECKOUT / ".env.example").read_text("utf-8")
    shown = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))

    assert read == shown


def test_migrations_are_one_line_with_numbers_that_count():
    script = ScriptDirectory.from_config(migrate._config(None))
    revisions = [one.revision for one in reversed(list(script.walk_revisions()))]

    assert len(script.get_heads()) == 1
    assert revisions == [f"{n:04d}" for n in range(1, len(revisions) + 1)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_run_up_down_and_up_again_and_match_the_tables(
    kind, tmp_path, request
):
    database = _empty_database(kind, tmp_path, request)

    migrate.upgrade(database)
    migrate.check(database)
    migrate.downgrade(database, "base")
    migrate.upgrade(database)
    migrate.check(database)

    database.dispose()


def test_no_table_has_a_column_for_a_composite_score():
    suspicious = {"score", "rating", "rank", "average", "mean", "total"}
    found = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if suspicious & set(column.name.split("_"))
    ]

    assert found == []


def test_the_clock_and_the_environment_have_one_reader_each():
    reading = re.compile(r"datetime\.now\(|utcnow\(|time\.time\(|date\.today\(")
    clocks = [p.name for p in MODULES if reading.search(p.read_text("utf-8"))]
    environ = [p.name for p in MODULES if "os.environ" in p.read_text("utf-8")]

    assert clocks == ["clock.py"]
    assert environ == ["config.py"]
    assert config.CHECKOUT == CHECKOUT


def test_nothing_in_the_repository_names_a_path_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - git is where it is
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    texts = {".py", ".md", ".html", ".txt", ".toml", ".yaml", ".scss", ".js"}
    places = (f"{CHECKOUT.parent}/", f"{Path.home()}/")
    found = [
        name
        for name in listed
        if (path := CHECKOUT / name).suffix in texts
        and path.exists()
        and any(place in path.read_text("utf-8") for place in places)
    ]

    assert found == []


def _empty_database(kind, tmp_path, request):
    key = b"a-master-key-of-thirty-two-bytes"
    if kind == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}", key)
    url = make_url(request.getfixturevalue("postgresql_url"))
    name = f"{url.database}_empty"
    outside = create_engine(url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    outside.dispose()
    return Database(url.set(database=name).render_as_string(hide_password=False), key)
