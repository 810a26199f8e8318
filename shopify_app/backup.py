"""Backups: of SQLite by VACUUM INTO, of PostgreSQL by its own programs.

A backup is read back before it counts, and a database is not replaced while somebody has it open.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, MetaData, inspect, make_url, text

from shopify_app import crypto, database
from shopify_app.sqlite import READ_ONLY

REVISION = "alembic_version"


class NotDone(Exception):
    """There is no backup, or nothing was restored; the message says why."""


def save(url: str, target: Path) -> None:
    """Write the database at `url` into a new file that its owner alone may read. Raises NotDone."""
    if target.is_dir():
        raise NotDone(f"{target} is a folder: name a file in it")
    if target.exists():
        raise NotDone(f"{target} is there already")
    if not target.parent.is_dir():
        raise NotDone(f"there is no folder {target.parent}")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        if path := database.file_of(url):
            _vacuum_into(path, part)
        else:
            how = ("--format=custom", "--no-owner", f"--file={part}")
            _call(url, "pg_dump", *how, f"--dbname={_address(url)}")
        _check(url, part)
        _make_durable(part)
        part.rename(target)
    except OSError as error:
        raise NotDone(f"{error.strerror}: {error.filename}") from error
    finally:
        part.unlink(missing_ok=True)


def load(url: str, source: Path, *, force: bool) -> None:
    """Put the database in the file in place of the one at `url`. Raises NotDone.

    Not over one that has shops in it, unless forced, and never while somebody has it open.
    """
    if not source.is_file():
        raise NotDone(f"there is no file {source}")
    _check(url, source)
    _check_keys(url, source)
    database.make_folder(url)
    if _has_shops(url) and not force:
        raise NotDone("the database has shops in it; --force puts the backup in its place")
    if path := database.file_of(url):
        _replace_file(path, source)
    else:
        _refuse_others(url)
        _replace_tables(url, source)


def _vacuum_into(path: Path, target: Path) -> None:
    """A copy without the pages of what was erased; writers go on meanwhile."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            raise NotDone(str(error)) from error


def _check(url: str, file: Path) -> None:
    """Raises NotDone unless the file is whole, and of this release or one before."""
    revision = _read_sqlite(file) if database.file_of(url) else _read_dump(url, file)
    if not database.knows(revision):
        raise NotDone(f"{file} is of another release: it has the schema {revision}")


def _check_keys(url: str, file: Path) -> None:
    """Raises NotDone if a store's token in the file is under no key of ENCRYPTION_KEYS."""
    if database.file_of(url):
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            told = " ".join(str(row) for row in opened.execute("SELECT access_token FROM shops"))
    else:
        told = _call(url, "pg_restore", "--data-only", "--table=shops", "--file=-", str(file))
    if token := re.search(r"\bgAAAAA[\w=-]+", told):
        try:
            crypto.decrypt(token[0])
        except crypto.CannotDecrypt as error:
            raise NotDone(str(error)) from error


def _read_sqlite(file: Path) -> str:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            [told] = opened.execute("PRAGMA integrity_check(1)").fetchone()
            [revision] = opened.execute(f"SELECT version_num FROM {REVISION}").fetchone()  # nosec B608
    except (sqlite3.Error, TypeError) as error:
        raise NotDone(f"{file} is no backup of a Retrack on SQLite") from error
    if told != "ok":
        raise NotDone(f"{file} is damaged: {told}")
    return str(revision)


def _read_dump(url: str, file: Path) -> str:
    with file.open("rb") as opened:
        ours = opened.read(5) == b"PGDMP"
    if not ours:
        raise NotDone(f"{file} is no backup of a Retrack on PostgreSQL")
    told = _call(url, "pg_restore", "--data-only", f"--table={REVISION}", "--file=-", str(file))
    found = re.search(r"^COPY .*\n(\w+)$", told, re.MULTILINE)
    return found[1] if found else ""


def _has_shops(url: str) -> bool:
    engine = database.make_engine(url)
    try:
        with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            if not inspect(connection).has_table("shops"):
                return False
            return connection.scalar(text("SELECT 1 FROM shops LIMIT 1")) is not None
    finally:
        engine.dispose()


def _replace_file(path: Path, source: Path) -> None:
    """The file of the database becomes a copy of the backup, in one step."""
    copy = path.with_name(f"{path.name}.part")
    try:
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        _make_durable(copy)
        _close_log(path)
        copy.replace(path)
        _make_durable(path.parent)
    except OSError as error:
        raise NotDone(f"{error.strerror}: {error.filename}") from error
    finally:
        copy.unlink(missing_ok=True)


def _close_log(path: Path) -> None:
    """Let the file stand without its log; it cannot while somebody else has it open."""
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise NotDone("somebody has the database open: stop web and workers") from error


def _refuse_others(url: str) -> None:
    mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    others = f"{mine} AND usename = current_user AND pid <> pg_backend_pid()"
    engine = database.make_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(text(others))
    engine.dispose()
    if found:
        raise NotDone("somebody has the database open: stop web and workers")


def _replace_tables(url: str, source: Path) -> None:
    """All in one transaction, but for tables that the backup does not know: they go before."""
    engine = database.make_engine(url)
    there = MetaData()
    with engine.begin() as connection:
        there.reflect(connection)
        listed = _call(url, "pg_restore", "--list", str(source))
        known = set(re.findall(r" TABLE \S+ (\w+) ", listed))
        there.drop_all(connection, [t for t in there.sorted_tables if t.name not in known])
    engine.dispose()
    how = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    _call(url, "pg_restore", *how, f"--dbname={_address(url)}", str(source))


def _call(url: str, program: str, *options: str) -> str:
    """Run a program of PostgreSQL; returns what it printed. Raises NotDone."""
    where = shutil.which(program)
    if where is None:
        raise NotDone(f"{program} is not on the PATH: install PostgreSQL's client programs")
    password = make_url(url).password
    env = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run([where, *options], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotDone(done.stderr.strip() or f"{program} ended with {done.returncode}")
    return done.stdout


def _address(url: str) -> str:
    """The address without its password: others may see what a program is called with."""
    given = make_url(url)
    where = given.host, given.port, given.database, given.query
    plain = URL.create("postgresql", given.username, None, *where)
    return plain.render_as_string(hide_password=False)


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
