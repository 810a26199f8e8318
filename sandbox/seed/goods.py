"""What Tidewick sells: home goods, and a few things that need no shipping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its variants. Price in US dollars, weight in grams."""

    title: str
    sku: str
    price: str
    grams: int
    variants: tuple[str, ...] = ()
    shipped: bool = True


PRODUCTS = (
    Product("Linen table runner", "LTR", "24.90", 220, ("Oat", "Sage", "Clay")),
    Product("Stoneware mug", "SMG", "18.50", 410, ("Slate", "Cream")),
    Product("Beeswax pillar candle", "BPC", "16.00", 380, ("Small", "Large")),
    Product("Rattan wall shelf", "RWS", "58.00", 1650),
    Product("Waffle bath towel", "WBT", "32.00", 540, ("White", "Fog", "Moss")),
    Product("Ceramic bud vase", "CBV", "21.00", 460, ("Tall", "Round")),
    Product("Folding desk lamp", "FDL", "46.90", 890, ("Black", "Brass")),
    Product("Cotton throw blanket", "CTB", "64.00", 1300, ("Rust", "Ivory")),
    Product("Acacia serving board", "ASB", "39.00", 1150),
    Product("Glass storage jar, set of 3", "GSJ", "34.50", 1700),
    Product("Woven door mat", "WDM", "29.00", 1900),
    Product("Brass picture hooks, set of 6", "BPH", "12.00", 140),
    Product("Felt drawer organizer", "FDO", "22.40", 310, ("Grey", "Olive")),
    Product("Cork coaster, set of 4", "CCS", "14.00", 160),
    Product("Hand-poured incense", "HPI", "11.50", 90, ("Cedar", "Hinoki")),
)
DIGITAL = (
    Product("Gift card", "GIFT", "50.00", 0, ("$50",), shipped=False),
    Product("Pattern: woven basket (PDF)", "PDF1", "9.00", 0, shipped=False),
)
