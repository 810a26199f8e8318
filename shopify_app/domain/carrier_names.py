"""The carriers a tracking number can be of: our key, the name people know, 17TRACK's code.

The code is given where it is certain; where it is not, 17TRACK finds the carrier by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from babel import Locale


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier. `seventeentrack` is its code in 17TRACK's API (None: let 17TRACK find it).

    `also` are names that Shopify has for it, where it writes another one. Source: shopify.dev,
    FulfillmentTrackingInfo, supported tracking companies.
    """

    key: str
    name: str
    seventeentrack: int | None = None
    also: tuple[str, ...] = ()


_COURIERS = (
    Carrier("4px", "4PX"),
    Carrier("amazon", "Amazon Logistics", also=("Amazon", "Amazon Logistics UK")),
    Carrier("cainiao", "Cainiao", 190271),
    Carrier("canpar", "Canpar"),
    Carrier("dhl_ecommerce", "DHL eCommerce"),
    Carrier("dhl_express", "DHL Express", 100001),
    Carrier("dpd", "DPD"),
    Carrier("fedex", "FedEx", 100003),
    Carrier("ghn", "Giao Hàng Nhanh (GHN)", 100593),
    Carrier("ghtk", "Giao Hàng Tiết Kiệm (GHTK)"),
    Carrier("gofo", "GOFO Express"),
    Carrier("jt_express", "J&T Express"),
    Carrier("landmark", "Landmark Global"),
    Carrier("lasership", "LaserShip"),
    Carrier("ninja_van", "Ninja Van"),
    Carrier("old_dominion", "Old Dominion Freight Line", also=("Old Dominion",)),
    Carrier("ontrac", "OnTrac"),
    Carrier("purolator", "Purolator"),
    Carrier("sf_express", "SF Express"),
    Carrier("speedee", "Spee-Dee Delivery"),
    Carrier("spx", "SPX Express"),
    Carrier("sunyou", "SUNYOU"),
    Carrier("uniuni", "UniUni"),
    Carrier("ups", "UPS", 100002),
    Carrier("viettel_post", "Viettel Post"),
    Carrier("yanwen", "Yanwen", 190012),
    Carrier("yodel", "Yodel"),
    Carrier("yunexpress", "YunExpress"),
)

# The posts that have a name of their own among shoppers.
_NAMED_POSTS = {
    "AE": Carrier("emirates_post", "Emirates Post"),
    "AT": Carrier("austrian_post", "Österreichische Post"),
    "AU": Carrier("australia_post", "Australia Post"),
    "BE": Carrier("bpost", "bpost"),
    "BR": Carrier("correios", "Correios"),
    "CA": Carrier("canada_post", "Canada Post"),
    "CH": Carrier("swiss_post", "Swiss Post"),
    "CN": Carrier("china_post", "China Post", 3011),
    "CZ": Carrier("ceska_posta", "Česká pošta"),
    "DE": Carrier(
        "deutsche_post", "Deutsche Post", also=("Deutsche Post (DE)", "Deutsche Post (EN)")
    ),
    "DK": Carrier("postnord_dk", "PostNord Denmark", also=("PostNord DK",)),
    "EE": Carrier("omniva", "Omniva"),
    "ES": Carrier("correos", "Correos"),
    "FI": Carrier("posti", "Posti"),
    "FR": Carrier("la_poste", "La Poste", also=("La Poste Colissimo", "Colissimo")),
    "GB": Carrier("royal_mail", "Royal Mail", 11031),
    "GR": Carrier("elta", "ELTA"),
    "HK": Carrier("hongkong_post", "Hongkong Post"),
    "HU": Carrier("magyar_posta", "Magyar Posta"),
    "ID": Carrier("pos_indonesia", "Pos Indonesia"),
    "IE": Carrier("an_post", "An Post"),
    "IN": Carrier("india_post", "India Post"),
    "IT": Carrier("poste_italiane", "Poste Italiane"),
    "JP": Carrier("japan_post", "Japan Post", also=("Japan Post (EN)", "Japan Post (JA)")),
    "KR": Carrier("korea_post", "Korea Post"),
    "LT": Carrier("lietuvos_pastas", "Lietuvos paštas"),
    "LV": Carrier("latvijas_pasts", "Latvijas Pasts", also=("Latvia Post",)),
    "MY": Carrier("pos_malaysia", "Pos Malaysia"),
    "NL": Carrier("postnl", "PostNL"),
    "NO": Carrier("posten_norge", "Posten"),
    "NZ": Carrier("nz_post", "NZ Post", also=("New Zealand Post",)),
    "PH": Carrier("phlpost", "PHLPost"),
    "PL": Carrier("poczta_polska", "Poczta Polska"),
    "PT": Carrier("ctt", "CTT"),
    "RU": Carrier("russian_post", "Russian Post"),
    "SE": Carrier("postnord_se", "PostNord Sweden", also=("PostNord SE",)),
    "SG": Carrier("singapore_post", "SingPost", also=("Singapore Post",)),
    "SI": Carrier("posta_slovenije", "Pošta Slovenije"),
    "TH": Carrier("thailand_post", "Thailand Post"),
    "TR": Carrier("ptt", "PTT"),
    "TW": Carrier("chunghwa_post", "Chunghwa Post"),
    "UA": Carrier("ukrposhta", "Ukrposhta"),
    "US": Carrier("usps", "USPS", 21051),
    "VN": Carrier("vnpost", "Vietnam Post (VNPost)"),
}

# Further countries and territories whose posts number their items by S10.
_OTHER_POSTS = """
    AF AG AL AM AO AR AW AZ BA BB BD BF BG BH BI BJ BM BN BO BS BT BW BY BZ CD CF CG CI CL CM CO CR
    CU CV CW CY DJ DM DO DZ EC EG ER ET FJ FO GA GD GE GH GI GL GM GN GQ GT GW GY HN HR HT IL IQ IR
    IS JM JO KE KG KH KI KM KN KP KW KY KZ LA LB LC LI LK LR LS LU LY MA MC MD ME MG MK ML MM MN MO
    MR MT MU MV MW MX MZ NA NC NE NG NI NP NR OM PA PE PF PG PK PS PY QA RO RS RW SA SB SC SD SK SL
    SM SN SO SR SS ST SV SY SZ TD TG TJ TL TM TN TO TT TV TZ UG UY UZ VA VC VE VU WS YE ZA ZM ZW
"""


def _post(country: str) -> Carrier:
    return Carrier(f"post_{country.lower()}", f"{Locale('en').territories[country]} Post")


POSTS = {country: _post(country) for country in _OTHER_POSTS.split()} | _NAMED_POSTS
"""The post of each country, by its ISO 3166 code as an S10 number ends with it."""

CARRIERS = {carrier.key: carrier for carrier in (*_COURIERS, *POSTS.values())}
"""Every carrier by its key."""


def folded(name: str) -> str:
    """A carrier's name as it is compared: case and spaces do not count."""
    return "".join(name.split()).lower()


def _all_names(carrier: Carrier) -> list[str]:
    """Its names, folded; one with another in brackets, as `Vietnam Post (VNPost)`, goes by both."""
    in_brackets = re.fullmatch(r"(.+) \((.+)\)", carrier.name)
    written = (carrier.name, *(in_brackets.groups() if in_brackets else ()), *carrier.also)
    return list(dict.fromkeys(map(folded, written)))


_NAMES = {name: names for names in map(_all_names, CARRIERS.values()) for name in names}


def names_of(name: str) -> list[str]:
    """Every name, folded, of the carrier that goes by this one; of one we do not know, this one."""
    return _NAMES.get(folded(name), [folded(name)])
