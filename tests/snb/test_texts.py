"""The reads may be asked by analysts, and answer with the columns that they should."""

from __future__ import annotations

import pytest

from analysts.cypher.gate import judge
from benchmarks.snb import COMPLEX, SHORT, text_of

PERSON = "personId personFirstName personLastName"
COLUMNS = {
    "ic1": "friendId friendLastName distanceFromPerson friendBirthday friendCreationDate "
    "friendGender friendBrowserUsed friendLocationIp friendEmails friendLanguages friendCityName "
    "friendUniversities friendCompanies",
    "ic2": f"{PERSON} messageId messageCreationDate",
    "ic3": f"{PERSON} xCount yCount count",
    "ic4": "tagName postCount",
    "ic5": "forumTitle postCount",
    "ic6": "tagName postCount",
    "ic7": f"{PERSON} likeCreationDate messageId minutesLatency isNew",
    "ic8": f"{PERSON} commentCreationDate commentId",
    "ic9": f"{PERSON} messageId messageCreationDate",
    "ic10": f"{PERSON} commonInterestScore personGender personCityName",
    "ic11": f"{PERSON} organizationName organizationWorkFromYear",
    "ic12": f"{PERSON} tagNames replyCount",
    "ic13": "shortestPathLength",
    "ic14": "personIdsInPath pathWeight",
    "is1": "firstName lastName birthday locationIP browserUsed cityId gender creationDate",
    "is2": "messageId messageContent messageCreationDate postId personId personFirstName "
    "personLastName",
    "is3": "personId firstName lastName friendshipCreationDate",
    "is4": "messageCreationDate messageContent",
    "is5": "personId firstName lastName",
    "is6": "forumId forumTitle moderatorId moderatorFirstName moderatorLastName",
    "is7": "commentId commentContent commentCreationDate replyAuthorId replyAuthorFirstName "
    "replyAuthorLastName replyAuthorKnowsOriginalMessageAuthor",
}
DATES = {
    "ic2": "maxDate",
    "ic3": "countryXName countryYName startDate durationDays",
    "ic4": "startDate durationDays",
    "ic5": "minDate",
    "ic9": "maxDate",
}
OTHERS = {
    "ic1": "firstName",
    "ic6": "tagName",
    "ic10": "month",
    "ic11": "countryName workFromYear",
    "ic12": "tagClassName",
}


def asked(read: str) -> set[str]:
    """The parameters that a read takes."""
    if read in ("ic13", "ic14"):
        return {"person1Id", "person2Id"}
    if read in SHORT:
        return {"personId" if read in ("is1", "is2", "is3") else "messageId"}
    return {"personId", "limit", *DATES.get(read, "").split(), *OTHERS.get(read, "").split()}


@pytest.mark.parametrize("read", [*COMPLEX, *SHORT])
def test_a_read_passes_the_gate_with_its_parameters_and_columns(read: str) -> None:
    judged = judge(text_of(read), dict.fromkeys(asked(read), 1), limit=10_001)
    assert judged.columns == tuple(COLUMNS[read].split())
    used = {token.text for token in judged.parsed.tokens if token.kind == "parameter"}
    assert used == asked(read)
