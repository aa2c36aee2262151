"""Money: whole minor units of a currency, from the decimals that shops write. Pure functions."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from domain.purchases.errors import BadCurrency, BadOrder

# More than any order is worth, and little enough that no sum of an order is out of reach.
MINOR_MAX = 10**11
AMOUNT = re.compile(r"-?\d{1,11}(\.\d{1,8})?", re.ASCII)

# ISO 4217:2015 list one with its amendments up to 2025: the decimals of each currency.
NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE = "BHD IQD JOD KWD LYD OMR TND"
FOUR = "CLF UYW"
TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
DECIMALS = {
    code: decimals
    for codes, decimals in ((NONE, 0), (TWO, 2), (THREE, 3), (FOUR, 4))
    for code in codes.split()
}


def sound_currency(text: str) -> str:
    """`text` if it is a currency of ISO 4217, in capitals. Raises BadCurrency."""
    if text not in DECIMALS:
        raise BadCurrency("a currency is three capital letters of ISO 4217")
    return text


def minor(amount: object, currency: str, *, where: str) -> int:
    """The minor units of an amount such as "12.50"; half a unit goes to the even one.

    amount -- text or a whole number; a float of JSON is not taken, for it may be off by a unit.
    where  -- what to call it in a BadOrder, which is raised for anything else.
    """
    text = str(amount) if isinstance(amount, int) and not isinstance(amount, bool) else amount
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise BadOrder(where, 'must be an amount such as "12.50"')
    units = Decimal(text).scaleb(DECIMALS[sound_currency(currency)])
    whole = int(units.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    if abs(whole) > MINOR_MAX:
        raise BadOrder(where, "is more than any order is worth")
    return whole
