"""What may be called, by name: whatever is not here is refused.

None of these reads a file or an address, changes anything, or runs text as a statement.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


AGGREGATES = _names("count sum avg min max collect stdev stdevp percentilecont percentiledisc")
# They answer with nodes and edges, or with lists of them, as they were given.
PASSING = _names("coalesce head last tail reverse nodes relationships startnode endnode nullif")
ABOUT_ENTITIES = _names("labels type keys properties length size elementid exists")
NUMBERS = _names(
    """abs ceil floor round sign sqrt exp log log10 pi e rand isnan
    sin cos tan cot asin acos atan atan2 degrees radians haversin"""
)
TEXTS = _names(
    """tolower toupper lower upper trim ltrim rtrim btrim left right substring replace split
    char_length character_length isempty normalize"""
)
CONVERSIONS = _names(
    """tointeger tofloat tostring toboolean tointegerornull tofloatornull tostringornull
    tobooleanornull tointegerlist tofloatlist tostringlist tobooleanlist valuetype"""
)
TIMES = _names(
    """timestamp date datetime localdatetime time localtime duration
    datetime.fromepoch datetime.fromepochmillis
    date.truncate datetime.truncate localdatetime.truncate time.truncate localtime.truncate
    duration.between duration.inmonths duration.indays duration.inseconds"""
)
PLACES = _names("point point.distance point.withinbbox")
OTHERS = _names("range randomuuid")

FUNCTIONS = (
    AGGREGATES | PASSING | ABOUT_ENTITIES | NUMBERS | TEXTS | CONVERSIONS | TIMES | PLACES | OTHERS
)
PROCEDURES = _names(
    """db.labels db.relationshiptypes db.propertykeys
    db.index.fulltext.querynodes"""
)
