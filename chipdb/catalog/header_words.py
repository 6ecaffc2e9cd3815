"""Headings of the columns that say which product a row is: name, vendor, quantity, SKU.

People write them in the language of their office, so common German, French and Chinese words are
read as well. What the words mean is language, so it is here and not in ``data/``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

NAME_COLUMNS = (
    "name",
    "chip",
    "model",
    "gpu",
    "accelerator",
    "product",
    "device",
    "hardware",
    "card",
    "gpu name",
    "chip name",
    "product name",
    "device name",
    "model name",
    "gpu model",
    "gpu type",
    "accelerator name",
    "hardware name",
    # German
    "modell",
    "produkt",
    "produktname",
    "bezeichnung",
    "artikelbezeichnung",
    "artikelname",
    "produktbezeichnung",
    # last of the German ones: some tables have the number of the article in it
    "artikel",
    "grafikkarte",
    "beschleuniger",
    "gerät",
    # French
    "nom",
    "modèle",
    "produit",
    "désignation",
    "carte",
    "puce",
    # Chinese, in simplified and traditional characters
    "产品型号",
    "规格型号",
    "型号",
    "产品名称",
    "名称",
    "品名",
    "产品",
    "芯片",
    "芯片型号",
    "显卡",
    "加速卡",
    "產品型號",
    "型號",
    "產品名稱",
    "名稱",
    "產品",
    "晶片",
    "顯示卡",
    # A table may number its rows in this column, so any other is tried first.
    "id",
)
"""What the column of names is called; the first that a table has is used."""

VENDOR_COLUMNS = (
    "vendor",
    "manufacturer",
    "maker",
    "company",
    "brand",
    "hersteller",
    "marke",
    "fabricant",
    "constructeur",
    "marque",
    "厂商",
    "厂家",
    "制造商",
    "品牌",
    "廠商",
    "製造商",
)

QUANTITY_COLUMNS = (
    "quantity",
    "qty",
    "qty ordered",
    "quantity ordered",
    "order qty",
    "order quantity",
    "number of units",
    "count",
    "units",
    "pcs",
    "menge",
    "anzahl",
    "stück",
    "stückzahl",
    "quantité",
    "qté",
    "数量",
    "數量",
    "台数",
)

SKU_COLUMNS = (
    "sku",
    "part",
    "part number",
    "part no",
    "p n",
    "pn",
    "mpn",
    "manufacturer part number",
    "artikelnummer",
    "artikelnr",
    "artikel nr",
    "art nr",
    "teilenummer",
    "sachnummer",
    "materialnummer",
    "bestellnummer",
    "référence",
    "réf",
    "料号",
    "物料号",
    "物料编码",
    "部件号",
    "料號",
)

TOTALS = (
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "somme",
    "合计",
    "总计",
    "小计",
    "合計",
    "總計",
)
"""What a line that adds up the others has in the place of a name."""

LOOKED_FOR = (
    "name, chip, product, model, gpu or device for the name (also German, French or Chinese), "
    "quantity or qty, sku or part"
)
"""For messages: the words that most tables have."""

_BRACKETS = re.compile(r"[(\[（][^()\[\]（）]*[)\]）]")
_BETWEEN_WORDS = re.compile(r"[\s_\-./#:]+")


@functools.lru_cache(maxsize=1024)
def header_words(cell: str) -> str:
    """The words of a column's name in lower case with single spaces.

    A unit in brackets is left out, and so are accents, which not every keyboard has.

    >>> header_words("Artikel-Nr."), header_words("Qty (pcs)"), header_words("Modèle")
    ('artikel nr', 'qty', 'modele')
    """
    decomposed = unicodedata.normalize("NFKD", cell).casefold()
    letters = "".join(filter(lambda letter: not unicodedata.combining(letter), decomposed))
    without_brackets = _BRACKETS.sub(" ", letters)
    return " ".join(_BETWEEN_WORDS.sub(" ", without_brackets).split())


def first_column(names: Iterable[str], columns: Iterable[str]) -> str | None:
    """The column that has the first of several names, in any case; None if there is none.

    The order of the names decides: a table with a name and an id is labeled by the name.
    """
    by_words: dict[str, str] = {}
    for column in columns:
        by_words.setdefault(header_words(column), column)
    for name in names:
        words = header_words(name)
        if words in by_words:
            return by_words[words]
    return None


def is_total(name: str) -> bool:
    """Whether a row adds up the others instead of naming a product.

    >>> is_total("Total:"), is_total("Total chips")
    (True, False)
    """
    return header_words(name) in TOTALS


def heads_a_table(cells: Iterable[str]) -> bool:
    """Whether some cell of a line is the heading of a column of names or SKUs."""
    return first_column((*NAME_COLUMNS, *SKU_COLUMNS), cells) is not None
