"""Numbers and statuses out of a file: brought, looked over, agreed to, done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from flask import abort, g, make_response, redirect, render_template, request
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer
from werkzeug.wrappers import Response

from shopify_app import database, i18n
from shopify_app.actions import uploads
from shopify_app.admin import downloads, language, words
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.files import words as upload_words
from shopify_app.admin.language import _
from shopify_app.domain import csv_columns, csv_file, csv_in
from shopify_app.domain.csv_file import Table, Unreadable
from shopify_app.domain.csv_in import Verdict, What
from shopify_app.domain.status import Reason, Status
from shopify_app.models import Upload
from shopify_app.numbers import whole

LARGEST = 4 * 1024 * 1024
"""With what a form adds it stays below what the server takes at all."""
SHOWN = 100
NEWEST = 10
OLD_CODE_PAGES = {"vi": "cp1258"}
"""What Windows wrote before Unicode, by the reader's language; elsewhere cp1252."""


@blueprint.get("/uploads")
def uploads_page() -> str:
    """Where a file is brought, and those that were."""
    return _uploads_page()


def _uploads_page(error: str = "") -> str:
    newest = select(Upload).where(Upload.shop_id == g.shop.id).order_by(Upload.id.desc())
    with database.reading() as session:
        found = session.scalars(newest.limit(NEWEST)).all()
    return render_template("admin/uploads.html", uploads=found, error=error, largest=LARGEST)


@blueprint.post("/uploads")
def bring() -> Response:
    """Keep a file for its preview; nothing of it is applied yet."""
    file = request.files.get("file")
    raw = file.read(LARGEST + 1) if file else b""
    try:
        if len(raw) > LARGEST:
            raise Unreadable("too_large")
        old = OLD_CODE_PAGES.get(language.current(), "cp1252")
        text = csv_file.decode(raw, old)
        columns = csv_columns.guess(csv_file.read(text).heading)
    except Unreadable as error:
        response = make_response(_uploads_page(upload_words.unreadable(str(error))), 422)
        response.headers["HX-Push-Url"] = "false"
        return response
    name = ((file.filename if file else "") or "")[:100]
    with changing() as (session, shop):
        upload_id = uploads.bring(session, shop, name, text, columns).id
    return redirect(f"/uploads/{upload_id}", 303)


@blueprint.get("/uploads/<int:upload_id>")
def upload_page(upload_id: int) -> str:
    """What would come of each row; once it was agreed to, what has."""
    with database.reading() as session:
        upload = _found(session, g.shop.id, upload_id)
        if upload.state == "preview":
            return _preview(session, upload)
        return _outcome(session, upload)


def _outcome(session: Session, upload: Upload) -> str:
    done, failed, total = Counter[str](), 0, 0
    for (what, state), count in uploads.counts(session, upload).items():
        total += count
        if state == "done":
            done[what] += count
        failed += count if state == "failed" else 0
    return render_template(
        "admin/upload.html",
        upload=upload,
        done=done,
        failed=session.scalars(uploads.failed(upload).limit(SHOWN)).all(),
        failed_count=failed,
        ended=done.total() + failed,
        total=total,
    )


def _preview(session: Session, upload: Upload) -> str:
    table = csv_file.read(upload.text)
    verdicts = _judged(session, upload, table)
    bad = [verdict for verdict in verdicts if verdict.what is What.BAD]
    return render_template(
        "admin/upload_preview.html",
        upload=upload,
        heading=table.heading,
        examples=[line.cells for line in table.lines[:3]],
        counts=Counter(verdict.what.value for verdict in verdicts),
        bad=bad[:SHOWN],
        bad_count=len(bad),
        samples=[verdict for verdict in verdicts if verdict.what not in (What.BAD, What.SAME)][:5],
    )


def _judged(session: Session, upload: Upload, table: Table) -> list[Verdict]:
    rows = csv_columns.rows(table, upload.columns)
    return csv_in.judge(rows, uploads.known(session, upload.shop_id, rows), _words())


@blueprint.post("/uploads/<int:upload_id>/columns")
def name_columns(upload_id: int) -> Response:
    """The merchant says what the columns are."""
    given = {name: request.form.get(name, "") for name in csv_columns.HEADINGS}
    with database.writing() as session:
        upload = _found(session, g.shop.id, upload_id)
        if upload.state == "preview":
            last = len(csv_file.read(upload.text).heading) - 1
            places = {name: whole(text, last) for name, text in given.items()}
            upload.columns = {n: place for n, place in places.items() if place is not None}
    return redirect(f"/uploads/{upload_id}", 303)


@blueprint.post("/uploads/<int:upload_id>/apply")
def agree(upload_id: int) -> Response:
    """Do what the preview said; it goes on when the merchant leaves."""
    quiet = request.form.get("quiet") == "1"
    with database.reading() as session:
        upload = _found(session, g.shop.id, upload_id)
        verdicts = (
            _judged(session, upload, csv_file.read(upload.text))
            if upload.state == "preview"
            else []
        )
    with database.writing() as session:
        held = uploads.find(session, g.shop.id, upload_id)
        if held:
            uploads.agree(session, held, verdicts, quiet=quiet)
    return redirect(f"/uploads/{upload_id}", 303)


@blueprint.post("/uploads/<int:upload_id>/discard")
def discard(upload_id: int) -> Response:
    """Forget the file, unless it is being applied."""
    with database.writing() as session:
        upload = _found(session, g.shop.id, upload_id)
        if upload.state != "running":
            uploads.discard(session, upload)
    return redirect("/uploads", 303)


@blueprint.post("/uploads/<int:upload_id>/failed")
def save_failed(upload_id: int) -> Response:
    """Let the browser save the rows that came to nothing, each with the reason."""
    with database.reading() as session:
        _found(session, g.shop.id, upload_id)
    thing = f"{upload_id} {language.current()}"
    return downloads.handed_out(downloads.link("failed-rows", g.shop.id, thing))


@downloads.serves("failed-rows")
def _failed_file(shop_id: int, thing: str) -> downloads.File | None:
    upload_id, _space, g.language = thing.partition(" ")
    with database.reading() as session:
        upload = session.scalar(_of_shop(shop_id, int(upload_id)))
        if upload is None:
            return None
        table = csv_file.read(upload.text) if upload.text else Table((), ())
        why = _whys(session, upload, table)
    return downloads.File("not-imported.csv", "text/csv", _failed_rows(table, why))


def _whys(session: Session, upload: Upload, table: Table) -> dict[int, str]:
    """Why each row comes to nothing, by its line."""
    if upload.state != "preview":
        return {row.line: row.why for row in session.scalars(uploads.failed(upload))}
    judged = _judged(session, upload, table)
    return {each.row.line: each.why for each in judged if each.what is What.BAD}


def _failed_rows(table: Table, why: dict[int, str]) -> Iterator[str]:
    yield csv_file.BOM + csv_file.text_of([*table.heading, _("Line"), _("Problem")])
    cells = {line.number: line.cells for line in table.lines}
    width = len(table.heading)
    for line, said in why.items():
        row = [*cells.get(line, ()), *[""] * width][: max(width, len(cells.get(line, ())))]
        yield csv_file.text_of([*row, str(line), upload_words.why(said)])


def _found(session: Session, shop_id: int, upload_id: int) -> Upload:
    upload = session.scalar(_of_shop(shop_id, upload_id))
    if upload is None:
        abort(404)
    return upload


def _of_shop(shop_id: int, upload_id: int) -> Select[Upload]:
    wanted = select(Upload).where(Upload.shop_id == shop_id, Upload.id == upload_id)
    return wanted.options(undefer(Upload.text))


@cache
def _words() -> dict[str, str]:
    """Our statuses and reasons by the words for them, in every language and by their own."""
    found = {csv_columns.key(value): str(value) for value in (*Status, *Reason)}
    for spoken in i18n.LANGUAGES:
        with language.speaking(spoken):
            found |= {csv_columns.key(words.reason(value)): str(value) for value in Reason}
            found |= {csv_columns.key(words.status(value)): str(value) for value in Status}
    return found
