"""Names of watches: manufacturer and product numbers of the FIT profile in the makers' own spelling."""

from __future__ import annotations

from typing import Final

#: Numbers under which Garmin's own products appear.
GARMIN_FAMILY: Final = frozenset({1, 13, 15})

MANUFACTURERS: Final[dict[int, str]] = {
    1: "Garmin", 13: "Garmin", 15: "Garmin", 16: "Timex", 23: "Suunto", 28: "TrainingPeaks", 32: "Wahoo",
    38: "o-synce", 40: "Concept2", 41: "Shimano", 47: "BF1", 48: "Pioneer", 52: "Epson", 61: "Geonaute", 68: "CatEye",
    69: "Stages", 70: "Sigma", 71: "TomTom", 73: "Wattbike", 86: "Elite", 87: "NK Sports", 89: "Tacx", 95: "Stryd",
    107: "Magene", 111: "Technogym", 112: "Bryton", 115: "iGPSPORT", 123: "Polar", 127: "LEOMO", 128: "iFIT",
    129: "COROS", 132: "CYCPLUS", 135: "CooSpo", 140: "Decathlon", 142: "TAG Heuer", 144: "Zwift", 148: "EZON", 255: "",
    258: "Lezyne", 259: "RunScribe", 260: "Zwift", 265: "Strava", 267: "Bryton", 272: "Mio", 281: "TrainerRoad",
    282: "The Sufferfest", 289: "Hammerhead", 294: "COROS", 300: "NURVV", 305: "WHOOP", 307: "OneLap", 309: "FORM",
    310: "Decathlon", 315: "RGT Cycling", 326: "Nike", 331: "MyWhoosh", 337: "Runna", 339: "Zepp", 340: "Peloton",
    348: "Huawei", 349: "GOTOES", 351: "UNA Watch",
}  # fmt: skip

GARMIN_PRODUCTS: Final[dict[int, str]] = {
    717: "Forerunner 405", 782: "Forerunner 50", 988: "Forerunner 60", 1018: "Forerunner 310XT", 1036: "Edge 500",
    1124: "Forerunner 110", 1169: "Edge 800", 1325: "Edge 200", 1328: "Forerunner 910XT", 1345: "Forerunner 610",
    1360: "Forerunner 210", 1436: "Forerunner 70", 1482: "Forerunner 10", 1499: "Swim", 1551: "fēnix",
    1561: "Edge 510", 1567: "Edge 810", 1623: "Forerunner 620", 1632: "Forerunner 220", 1736: "Edge Touring",
    1765: "Forerunner 920XT", 1836: "Edge 1000", 1837: "vívofit", 1903: "Forerunner 15", 1907: "vívoactive",
    1967: "fēnix 2", 1988: "epix", 2050: "fēnix 3", 2067: "Edge 520", 2147: "Edge 25", 2148: "Forerunner 25",
    2153: "Forerunner 225", 2156: "Forerunner 630", 2157: "Forerunner 230", 2158: "Forerunner 735XT",
    2238: "Edge 20", 2337: "vívoactive HR", 2413: "fēnix 3 HR", 2431: "Forerunner 235", 2432: "fēnix Chronos",
    2503: "Forerunner 35", 2530: "Edge 820", 2544: "fēnix 5S", 2604: "fēnix 5X", 2623: "vívosport",
    2691: "Forerunner 935", 2697: "fēnix 5", 2700: "vívoactive 3", 2713: "Edge 1030", 2859: "Descent",
    2886: "Forerunner 645", 2888: "Forerunner 645 Music", 2891: "Forerunner 30", 2900: "fēnix 5S Plus",
    2909: "Edge 130", 2988: "vívoactive 3 Music", 3011: "Edge Explore", 3066: "vívoactive 3 Music LTE",
    3076: "Forerunner 245", 3077: "Forerunner 245 Music", 3110: "fēnix 5 Plus", 3111: "fēnix 5X Plus",
    3112: "Edge 520 Plus", 3113: "Forerunner 945", 3121: "Edge 530", 3122: "Edge 830", 3126: "Instinct",
    3224: "vívoactive 4S", 3225: "vívoactive 4", 3226: "Venu", 3246: "MARQ Driver", 3247: "MARQ Aviator",
    3248: "MARQ Captain", 3249: "MARQ Commander", 3250: "MARQ Expedition", 3251: "MARQ Athlete",
    3258: "Descent Mk2", 3282: "Forerunner 45", 3287: "fēnix 6S", 3288: "fēnix 6S Pro", 3289: "fēnix 6",
    3290: "fēnix 6 Pro", 3291: "fēnix 6X Pro", 3405: "Swim 2", 3466: "Instinct Solar", 3542: "Descent Mk2S",
    3558: "Edge 130 Plus", 3570: "Edge 1030 Plus", 3589: "Forerunner 745", 3596: "Venu Sq Music", 3600: "Venu Sq",
    3624: "MARQ Adventurer", 3638: "Enduro", 3652: "Forerunner 945 LTE", 3703: "Venu 2", 3704: "Venu 2S",
    3739: "MARQ Golfer", 3843: "Edge 1040", 3851: "Venu 2 Plus", 3869: "Forerunner 55", 3888: "Instinct 2",
    3889: "Instinct 2S", 3905: "fēnix 7S", 3906: "fēnix 7", 3907: "fēnix 7X", 3943: "epix (Gen 2)",
    3990: "Forerunner 255 Music", 3991: "Forerunner 255S Music", 3992: "Forerunner 255", 3993: "Forerunner 255S",
    4005: "Descent G1", 4024: "Forerunner 955", 4061: "Edge 540", 4062: "Edge 840", 4105: "MARQ (Gen 2)",
    4115: "Venu Sq 2", 4116: "Venu Sq 2 Music", 4135: "tactix 7", 4155: "Instinct Crossover",
    4169: "Edge Explore 2", 4222: "Descent Mk3", 4223: "Descent Mk3i", 4257: "Forerunner 265",
    4258: "Forerunner 265S", 4260: "Venu 3", 4261: "Venu 3S", 4312: "epix Pro 42 mm", 4313: "epix Pro 47 mm",
    4314: "epix Pro 51 mm", 4315: "Forerunner 965", 4341: "Enduro 2", 4374: "fēnix 7S Pro", 4375: "fēnix 7 Pro",
    4376: "fēnix 7X Pro", 4394: "Instinct 2X", 4426: "vívoactive 5", 4432: "Forerunner 165",
    4433: "Forerunner 165 Music", 4440: "Edge 1050", 4532: "fēnix 8 Solar", 4533: "fēnix 8 Solar 51 mm",
    4534: "fēnix 8 43 mm", 4536: "fēnix 8", 4565: "Forerunner 970", 4570: "Forerunner 570 47 mm",
    4574: "Forerunner 570 42 mm", 4575: "Enduro 3", 4585: "Instinct 3 Solar 45 mm", 4586: "Instinct 3 45 mm",
    4587: "Instinct 3 50 mm", 4603: "Venu X1", 4625: "vívoactive 6", 4631: "fēnix 8 Pro", 4643: "Venu 4",
    4644: "Venu 4S", 4666: "fēnix E", 65534: "Connect",
}  # fmt: skip


def device_text(manufacturer: int | None, product: int | None, product_name: str) -> str:
    """Return a device's name such as ``Garmin Forerunner 255``, ``COROS PACE 3`` or ``Garmin 3992``; "" if unknown.

    Parameters
    ----------
    manufacturer, product : int or None
        Numbers of the FIT profile.
    product_name : str
        The name that the device gives itself, already cleaned; may be empty.
    """
    maker = "" if manufacturer is None else MANUFACTURERS.get(manufacturer, f"manufacturer {manufacturer}")
    model = product_name
    if manufacturer in GARMIN_FAMILY and product in GARMIN_PRODUCTS:
        model = GARMIN_PRODUCTS[product]
    elif not model and product is not None and manufacturer is not None:
        model = str(product)
    if model.lower().startswith(maker.lower()):
        return model or maker
    return f"{maker} {model}".strip()
