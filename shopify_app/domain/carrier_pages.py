"""The carriers' own tracking pages, as addresses that end with the number.

Source: the carriers' sites, and how shops all over the web link to them.
"""

from __future__ import annotations

from shopify_app.domain.carrier_names import CARRIERS

_BY_KEY = {
    "4px": "https://track.4px.com/#/result/0/",
    "australia_post": "https://auspost.com.au/mypost/track/#/details/",
    "cainiao": "https://global.cainiao.com/detail.htm?mailNoList=",
    "canada_post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=",
    "dhl_express": "https://www.dhl.com/en/express/tracking.html?AWB=",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=",
    "ghn": "https://donhang.ghn.vn/?order_code=",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/",
    "ups": "https://www.ups.com/track?tracknum=",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id=",
}
PAGES = {CARRIERS[key].name: url for key, url in _BY_KEY.items()}
"""Each carrier's own page by its name."""
