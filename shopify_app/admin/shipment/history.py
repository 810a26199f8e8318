"""The lines of a shipment's history, in words."""

from __future__ import annotations

from typing import Any

from shopify_app.admin import words
from shopify_app.admin.language import N_, _
from shopify_app.domain.status import Reason
from shopify_app.models import Change

_CHANGES = {
    "fulfilled": N_("Fulfilled"),
    "by_file": N_("Imported from a file"),
    "number_added": N_("Number added"),
    "number_removed": N_("Number no longer in use"),
    "unpinned": N_("The carrier is followed again"),
    "carrier_chosen": N_("Another carrier chosen"),
    "fields_given": N_("Given what the carrier asks for"),
    "resolved": N_("Marked as resolved"),
    "unresolved": N_("No longer marked as resolved"),
}

_RESULTS = {
    "no_change": N_("Retracked: no change"),
    "changed": N_("Retracked: something changed"),
    "followed_again": N_("Retracked: the carrier is followed again"),
    "renewed": N_("Retracked: registered anew at %(provider)s, which looks again"),
    "shared": N_("Not registered anew: another store with the same key follows this number too"),
    "busy": N_("Retracked: %(provider)s takes no more calls just now; it is asked again by itself"),
    "revived": N_("Retracked: %(provider)s had stopped, and looks again"),
    "for_good": N_("Retracked: %(provider)s has stopped for good"),
    "nobody_knows": N_("Retracked: no provider with a key here knows such numbers"),
    "no_number": N_("Retracked: without a number nobody can be asked"),
    "erased": N_("Not retracked: its customer was erased, so nobody looks at it any more"),
    "no_key": N_("Retracked: without a 17TRACK key nobody can be asked"),
    "auth": N_("Retracked: %(provider)s refuses the key"),
    "quota": N_("Retracked: no tracking numbers left at %(provider)s"),
    "unavailable": N_("Retracked: %(provider)s did not answer"),
}


def retrack_result(value: str, provider: str = "") -> str:
    """What became of Retrack, which `provider` was asked for."""
    said_by = words.source(provider) or _("the provider")
    return _(_RESULTS.get(value, _RESULTS["no_change"]), provider=said_by)


def line(row: Change, provider: str = "") -> str:
    """A line of the history of a shipment that `provider` looks at now."""
    told = row.detail
    match row.what:
        case "status" | "first_status" | "set_by_hand":
            reason = told.get("reason", "")
            why = f", {words.reason(reason)}" if reason not in {"", Reason.OTHER} else ""
            steps = dict.fromkeys(words.status(told[each]) for each in ("before", "after"))
            return f"{' → '.join(steps)}{why}"
        case "retrack":
            return retrack_result(told.get("result", ""), told.get("provider") or provider)
        case "asked_elsewhere":
            return _("%(provider)s is asked now", provider=words.source(told["provider"]))
        case "number_changed":
            return _number_changed(told)
        case "joined":
            return _("Joined with the number %(number)s", number=told["number"])
        case "parted":
            return _("Parted from the number %(number)s", number=told["number"])
    return _(_CHANGES.get(row.what, row.what))


def _number_changed(told: dict[str, Any]) -> str:
    before, after = told["before"], told["after"]
    if before == after:
        return _("Name of the carrier changed")
    return _("Number: %(before)s → %(after)s", before=before or "–", after=after)
