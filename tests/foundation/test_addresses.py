"""The register of addresses: unlisted is personal, and what cannot be meant is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.foundation.addresses import (
    Address,
    AddressRegister,
    BadAddress,
    InMirror,
    Policy,
)

pytestmark = pytest.mark.once

REGISTER = AddressRegister(
    [
        Address("/", Policy.CACHED, tree=True, localised=True),
        Address("/<section>/", Policy.CACHED, query=("page",), tree=True),
        Address("<page>", Policy.CACHED, tree=True),
        Address("<page>talk/<int:number>/", Policy.CACHED, query=("after",), tree=True),
        Address("/people/<slug>/", Policy.CACHED, localised=True),
        Address("/health", Policy.FRESH),
        Address("/desk/", Policy.PERSONAL, below=True, masked=False),
        Address("/desk/pages/", Policy.PERSONAL, below=True, masked=False, one_transaction=True),
        Address("/mine/<token>/", Policy.PERSONAL, localised=True),
        Address("/mail/<token>/", Policy.HOOK, masked=True),
    ],
    languages=["ar", "zh", "zh-hant"],
)


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("/", "/"),
        ("/ar/", "/"),
        ("/zh-hant/", "/"),
        ("/news/", "/<section>/"),
        ("/news/the-quay/", "<page>"),
        ("/أخبار/المرفأ/", "<page>"),
        ("/news/the-quay/talk/12/", "<page>talk/<int:number>/"),
        ("/news/the-quay/talk/twelve/", "<page>"),
        ("/people/ada/", "/people/<slug>/"),
        ("/ar/people/ada/", "/people/<slug>/"),
        ("/fr/people/ada/", "<page>"),
        ("/desk/", "/desk/"),
        ("/desk/reports/7", "/desk/"),
        ("/desk/pages/3/edit/", "/desk/pages/"),
        ("/mine/abc/", "/mine/<token>/"),
        ("/desk", None),
        ("/health/", "/<section>/"),
        ("/healthy", None),
        ("/people/ada", None),
        ("/wp-login.php", None),
        ("//", None),
        ("", None),
    ],
)
def test_a_path_has_the_narrowest_declaration_that_fits(path, declared):
    found = REGISTER.find(path)
    assert (found and found.path) == declared


@given(st.text(max_size=40))
def test_what_nobody_declared_is_personal_everywhere(text):
    path = f"/{text}"
    if REGISTER.find(path) is None:
        assert REGISTER.policy_of(path) == Policy.PERSONAL
        assert not REGISTER.is_cached(path)
        assert not REGISTER.is_public(path)
        assert REGISTER.query_of(path) == ()
        assert REGISTER.for_log(path) == "[unlisted]"


def test_each_policy_says_who_may_see_and_who_may_keep():
    assert REGISTER.is_cached("/news/")
    assert REGISTER.is_public("/health")
    assert not REGISTER.is_cached("/health")
    assert not REGISTER.is_public("/desk/pages/3/")
    assert not REGISTER.is_public("/mail/s3cret/")
    assert REGISTER.is_one_transaction("/desk/pages/3/edit/")
    assert not REGISTER.is_one_transaction("/desk/")
    assert REGISTER.query_of("/news/x/talk/3/") == ("after",)


def test_cached_addresses_are_in_the_mirror_unless_something_else_is_said():
    assert Address("/a/", Policy.CACHED).mirrored == InMirror.YES
    assert Address("/a/", Policy.FRESH).mirrored == InMirror.NO
    told = Address("/a/", Policy.CACHED, in_mirror=InMirror.WITHOUT_QUERY)
    assert told.mirrored == InMirror.WITHOUT_QUERY


def test_no_token_gets_into_the_log():
    assert REGISTER.for_log("/mine/s3cret/") == "/mine/[private]"
    assert REGISTER.for_log("/ar/mine/s3cret/") == "/ar/mine/[private]"
    assert REGISTER.for_log("/mail/s3cret/") == "/mail/[private]"
    assert REGISTER.for_log("/mine/s3cret") == "[unlisted]"
    assert REGISTER.for_log("/news/", found=False) == "[unlisted]"
    assert REGISTER.for_log("/people/ada/", found=False) == "/people/ada/"
    text = "POST http://localhost/mine/s3cret/x failed (/MAIL/s3cret), /desk/pages/3/"
    hidden = REGISTER.hide_names(text)
    assert hidden == "POST http://localhost/mine/[private] failed (/MAIL/[private] /desk/pages/3/"


def test_the_first_part_of_an_address_is_no_slug():
    assert REGISTER.slugs == {"people", "health", "desk", "mine", "mail"}


@pytest.mark.parametrize(
    ("addresses", "why"),
    [
        (
            [Address("/a/", "kept")],  # type: ignore[arg-type]
            "/a/: there is no policy 'kept', only cached, fresh, personal, hook",
        ),
        (
            [Address("/a/<slug>/", Policy.CACHED), Address("/a/<name>/", Policy.PERSONAL)],
            "/a/<name>/ and /a/<slug>/ claim the same addresses",
        ),
        ([Address("/a/", Policy.CACHED)] * 2, "/a/ and /a/ claim the same addresses"),
        ([Address("a/", Policy.CACHED)], "'a/' begins neither with / nor with <page>"),
        (
            [Address("/a/<slug:x>/", Policy.CACHED)],
            "/a/<slug:x>/: write <name>, <int:name> or <path:name>",
        ),
        (
            [Address("<page>mine/", Policy.PERSONAL)],
            "<page>mine/: of a page's own address nothing can be masked",
        ),
    ],
)
def test_a_mistake_is_named(addresses: list[Any], why: str):
    with pytest.raises(BadAddress) as raised:
        AddressRegister(addresses)
    assert str(raised.value) == why
