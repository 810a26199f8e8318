"""Cities that parcels pass and customers live in, each with its zone."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale


@dataclass(frozen=True, slots=True)
class Place:
    """A city. `zip` is a postal code of it; the zone is an IANA name."""

    city: str
    province: str
    province_code: str
    country: str
    zip: str
    zone: str
    latitude: float
    longitude: float

    @property
    def text(self) -> str:
        """The place as a carrier's event says it."""
        return ", ".join(part for part in (self.city, self.province_code, self.country) if part)


SHENZHEN = Place("Shenzhen", "Guangdong", "GD", "CN", "518000", "Asia/Shanghai", 22.54, 114.06)
YIWU = Place("Yiwu", "Zhejiang", "ZJ", "CN", "322000", "Asia/Shanghai", 29.31, 120.07)
GUANGZHOU = Place("Guangzhou", "Guangdong", "GD", "CN", "510000", "Asia/Shanghai", 23.13, 113.26)
SHANGHAI = Place("Shanghai", "Shanghai", "SH", "CN", "200000", "Asia/Shanghai", 31.23, 121.47)
HONG_KONG = Place("Hong Kong", "", "", "HK", "", "Asia/Hong_Kong", 22.32, 114.17)
CHINESE_ORIGINS = (SHENZHEN, YIWU, GUANGZHOU, SHANGHAI)

UNITED_STATES = (
    Place("Portland", "Oregon", "OR", "US", "97209", "America/Los_Angeles", 45.53, -122.68),
    Place("Austin", "Texas", "TX", "US", "78704", "America/Chicago", 30.24, -97.77),
    Place("Columbus", "Ohio", "OH", "US", "43215", "America/New_York", 39.97, -83.0),
    Place("Brooklyn", "New York", "NY", "US", "11215", "America/New_York", 40.67, -73.98),
    Place("Denver", "Colorado", "CO", "US", "80203", "America/Denver", 39.73, -104.98),
    Place("San Diego", "California", "CA", "US", "92103", "America/Los_Angeles", 32.75, -117.17),
    Place("Minneapolis", "Minnesota", "MN", "US", "55408", "America/Chicago", 44.95, -93.29),
    Place("Savannah", "Georgia", "GA", "US", "31401", "America/New_York", 32.07, -81.09),
    Place("Burlington", "Vermont", "VT", "US", "05401", "America/New_York", 44.48, -73.22),
    Place("Tucson", "Arizona", "AZ", "US", "85719", "America/Phoenix", 32.25, -110.95),
)
CANADA = (
    Place("Toronto", "Ontario", "ON", "CA", "M6K 1X9", "America/Toronto", 43.64, -79.43),
    Place("Montréal", "Quebec", "QC", "CA", "H2T 1S4", "America/Toronto", 45.52, -73.59),
    Place(
        "Vancouver", "British Columbia", "BC", "CA", "V5T 1B2", "America/Vancouver", 49.26, -123.1
    ),
)
UNITED_KINGDOM = (
    Place("Bristol", "England", "ENG", "GB", "BS6 5TN", "Europe/London", 51.47, -2.6),
    Place("Leeds", "England", "ENG", "GB", "LS6 2AS", "Europe/London", 53.82, -1.57),
    Place("Edinburgh", "Scotland", "SCT", "GB", "EH6 7BB", "Europe/London", 55.97, -3.18),
)
NETHERLANDS = (
    Place("Utrecht", "", "", "NL", "3512 JE", "Europe/Amsterdam", 52.09, 5.12),
    Place("Groningen", "", "", "NL", "9712 GK", "Europe/Amsterdam", 53.22, 6.57),
)
VIETNAM = (
    Place("Quận 3", "Hồ Chí Minh", "SG", "VN", "700000", "Asia/Ho_Chi_Minh", 10.78, 106.68),
    Place("Thủ Đức", "Hồ Chí Minh", "SG", "VN", "700000", "Asia/Ho_Chi_Minh", 10.85, 106.77),
    Place("Cầu Giấy", "Hà Nội", "HN", "VN", "100000", "Asia/Ho_Chi_Minh", 21.03, 105.79),
    Place("Đống Đa", "Hà Nội", "HN", "VN", "100000", "Asia/Ho_Chi_Minh", 21.01, 105.83),
    Place("Hải Châu", "Đà Nẵng", "DN", "VN", "550000", "Asia/Ho_Chi_Minh", 16.06, 108.22),
    Place("Ninh Kiều", "Cần Thơ", "CT", "VN", "900000", "Asia/Ho_Chi_Minh", 10.03, 105.78),
    Place("Lê Chân", "Hải Phòng", "HP", "VN", "180000", "Asia/Ho_Chi_Minh", 20.85, 106.68),
    Place("Nha Trang", "Khánh Hòa", "KH", "VN", "650000", "Asia/Ho_Chi_Minh", 12.24, 109.19),
)
GATEWAYS = {
    "US": Place(
        "Los Angeles", "California", "CA", "US", "90045", "America/Los_Angeles", 33.94, -118.4
    ),
    "CA": Place("Mississauga", "Ontario", "ON", "CA", "L5P 1B2", "America/Toronto", 43.68, -79.63),
    "GB": Place("Langley", "England", "ENG", "GB", "SL3 8AP", "Europe/London", 51.5, -0.55),
    "NL": Place("Schiphol", "", "", "NL", "1118 LN", "Europe/Amsterdam", 52.31, 4.76),
    "VN": Place("Tân Bình", "Hồ Chí Minh", "SG", "VN", "700000", "Asia/Ho_Chi_Minh", 10.82, 106.66),
}
CITIES = {
    "US": UNITED_STATES, "CA": CANADA, "GB": UNITED_KINGDOM, "NL": NETHERLANDS, "VN": VIETNAM,
    "CN": CHINESE_ORIGINS,
}  # fmt: skip
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRY_NAMES: dict[str, str] = {
    code: name
    for code, name in Locale("en").territories.items()
    if len(code) == 2 and code not in _NO_COUNTRIES
} | {"HK": "Hong Kong SAR"}
"""Every country's English name, by its ISO 3166 code."""
WAREHOUSE = {
    "US": Place("Reno", "Nevada", "NV", "US", "89502", "America/Los_Angeles", 39.53, -119.81),
    "CA": CANADA[0],
    "GB": UNITED_KINGDOM[1],
    "NL": NETHERLANDS[0],
    "VN": VIETNAM[1],
}
