"""Which currency a sign on an arriving page means."""

from pennypress.formats.items import ArrivalRefused
from pennypress.funding.money import BadAmount, currency_symbol, exponent

# Signs that one currency alone uses. "$", "¥", "kr" and the like belong to several.
_PLAIN = {
    "€": "EUR", "£": "GBP", "₽": "RUB", "руб": "RUB", "₪": "ILS", "₹": "INR", "₺": "TRY",
    "₴": "UAH", "zł": "PLN", "Kč": "CZK", "₩": "KRW", "₫": "VND", "₦": "NGN", "₱": "PHP",
    "฿": "THB", "Ft": "HUF", "US$": "USD", "A$": "AUD", "C$": "CAD", "CA$": "CAD", "R$": "BRL",
    "円": "JPY", "元": "CNY", "CHF": "CHF",
}  # fmt: skip
_SHARED = {
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD"},
    "¥": {"JPY", "CNY"},
    "￥": {"JPY", "CNY"},
    "kr": {"SEK", "NOK", "DKK", "ISK"},
    "£": {"GBP", "EGP", "LBP"},
}


def currency_of(symbol: str, *, site: str, asked: str | None, where: str) -> str:
    """Return the ISO code that `symbol` stands for.

    `asked` is what the operator said with --currency; `site` is the site's own currency, which a
    shared sign such as "$" means when the site uses that sign. Raises Refused otherwise.
    """
    if asked:
        try:
            exponent(asked)
        except BadAmount as error:
            raise ArrivalRefused(str(error), "--currency") from error
        return asked
    symbol = symbol.strip(". \N{NO-BREAK SPACE}") or symbol
    if site in _SHARED.get(symbol, ()) or symbol == currency_symbol(site):
        return site
    if code := _PLAIN.get(symbol):
        return code
    try:
        exponent(symbol.upper())
    except BadAmount:
        raise ArrivalRefused(
            f"the sign {symbol!r} is not the site's currency {site}: say which one it means with "
            f"--currency",
            where,
        ) from None
    return symbol.upper()
