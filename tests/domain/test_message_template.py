"""What merchants may write in a message, and all the ways out of it that are shut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain import liquid_doctor
from shopify_app.domain.liquid_doctor import Remedy
from shopify_app.domain.message_template import (
    LONGEST_OUTPUT,
    LONGEST_TEXT,
    NAMES,
    PARCEL,
    Mistake,
    check,
    render,
)
from shopify_app.domain.notification import CONFIRMATION, EMAIL, NUMBER_CHANGED, OPTIONAL, SMS
from shopify_app.outgoing import wording

VALUES: dict[str, Any] = {
    "order": {"name": "#1058", "date": "November 20"},
    "customer": {"first_name": "Maren", "name": "Maren Oakdale", "place": "Hanoi"},
    "fulfillment": {"date": "November 22"},
    "shop": {"name": "Alice", "address": "18 Ropewalk Yard", "storefront": "alice.test"},
    "links": "https://t.test/YT1,YT2",
    "several": True,
    "scanned": False,
    "parcels": [
        {"number": f"YT{n}", "carrier": "Yun", "url": f"https://t.test/YT{n}", "site": "t.test"}
        for n in (1, 2)
    ],
}

GOOD = {
    "Order {{ order.name }} is on its way": "Order #1058 is on its way",
    "{% if several %}parcels are{% else %}parcel is{% endif %} here": "parcels are here",
    "{% if not several %}a{% elif customer.name and order.name %}b{% endif %}": "b",
    "{{ customer.first_name or 'there' }}, {{ shop.name|upper|trim }}": "Maren, ALICE",
    "{{ parcels|length }}:{% for parcel in parcels %}{{ parcel.number }}{% endfor %}": "2:YT1YT2",
    "5 < 6 & {# a remark #}100%": "5 < 6 & 100%",
    "first\n\nsecond {{ links }}": "first\n\nsecond https://t.test/YT1,YT2",
}


@pytest.mark.parametrize(("text", "said"), GOOD.items())
def test_what_is_allowed_says_what_it_means(text: str, said: str) -> None:
    check(text)
    assert render(text, VALUES) == said


@pytest.mark.parametrize("name", NAMES)
def test_each_name_can_be_written(name: str) -> None:
    assert render(f"{{{{ {name} }}}}", VALUES)


@pytest.mark.parametrize("name", PARCEL)
def test_what_belongs_to_a_parcel_is_known_in_its_loop_alone(name: str) -> None:
    assert render(f"{{% for parcel in parcels %}}{{{{ {name} }}}}{{% endfor %}}", VALUES)
    with pytest.raises(Mistake) as caught:
        check(f"{{{{ {name} }}}}")
    assert (caught.value.problem, caught.value.what) == ("name", name)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("event", [CONFIRMATION, NUMBER_CHANGED, *OPTIONAL])
def test_what_is_shipped_keeps_to_the_same_rules(event: str, language: str) -> None:
    for channel, parts in wording.PARTS.items():
        shipped = wording.shipped(event, language, channel)
        assert tuple(shipped) == parts
        for part, text in shipped.items():
            check(text, one_line=part in {"subject", "headline"})
            assert render(text, VALUES)


ATTACKS = {
    # out of the sandbox by attributes
    "{{ ''.__class__.__mro__[1].__subclasses__() }}": "call",
    "{{ order.__class__ }}": "name",
    "{{ order.name.__class__.__base__ }}": "name",
    "{{ order.name|attr('__class__') }}": "filter",
    "{{ order['__class__'] }}": "piece",
    "{{ order.name['__class__'] }}": "piece",
    "{{ parcels.__init__.__globals__ }}": "name",
    "{{ parcels[0].number }}": "piece",
    "{{ self.__init__ }}": "name",
    "{{ self._TemplateReference__context }}": "name",
    "{{ loop.index.__class__ }}": "name",
    # by what is everywhere
    "{{ config.items() }}": "call",
    "{{ request.application }}": "name",
    "{{ lipsum.__globals__['os'].popen('id').read() }}": "call",
    "{{ cycler.__init__ }}": "name",
    "{{ joiner() }}": "call",
    "{{ namespace(a=1) }}": "call",
    "{{ get_flashed_messages.__globals__ }}": "name",
    "{{ url_for.__globals__ }}": "name",
    "{{ dict(a=1) }}": "call",
    "{{ range(9) }}": "call",
    "{{ caller() }}": "call",
    "{{ debug }}": "name",
    # by methods of what is given
    "{{ order.name.format(order) }}": "call",
    "{{ '{0.__class__}'.format(order) }}": "call",
    "{{ order.update(name='x') }}": "call",
    "{{ parcels.clear() }}": "call",
    "{{ order.name.join(parcels) }}": "call",
    # by filters
    "{{ order.name|safe }}": "filter",
    "{{ order.name|center(999999999) }}": "filter",
    "{{ parcels|map(attribute='__class__')|list }}": "filter",
    "{{ parcels|map('attr', '__class__') }}": "filter",
    "{{ order|tojson }}": "filter",
    "{{ order.name|replace('#', 'x' * 9) }}": "filter",
    "{{ '%s'|format(order) }}": "filter",
    "{{ order.name|upper(1) }}": "filter",
    "{{ order.name|length }}": "filter",
    "{% filter upper %}x{% endfilter %}": "tag",
    # by tags
    "{% set x = order %}": "tag",
    "{% set x %}y{% endset %}": "tag",
    "{% import 'email/parts.html' as p %}": "tag",
    "{% from 'email/parts.html' import row %}": "tag",
    "{% include '/etc/passwd' %}": "tag",
    "{% extends 'admin/layout.html' %}": "tag",
    "{% block subject %}x{% endblock %}": "tag",
    "{% macro m() %}x{% endmacro %}": "tag",
    "{% call m() %}x{% endcall %}": "tag",
    "{% with a = order %}{{ a }}{% endwith %}": "tag",
    "{% raw %}{{ order.name }}{% endraw %}": "tag",
    "{% autoescape false %}{{ order.name }}{% endautoescape %}": "tag",
    "{% do order.clear() %}": "tag",
    "{% trans %}x{% endtrans %}": "tag",
    "{% debug %}": "tag",
    "{% print(order) %}": "name",
    # by eating time or room
    "{% for a in range(999999999) %}x{% endfor %}": "loop",
    "{% for parcel in parcels %}{% for parcel in parcels %}x{% endfor %}{% endfor %}": "loop",
    "{% for parcel in parcels recursive %}{{ loop(parcels) }}{% endfor %}": "loop",
    "{% for parcel in parcels if several %}x{% endfor %}": "loop",
    "{% for parcel in parcels %}x{% else %}y{% endfor %}": "loop",
    "{% for parcels in parcels %}x{% endfor %}": "loop",
    "{% for order in parcels %}x{% endfor %}": "loop",
    "{% for parcel in order.name %}x{% endfor %}": "loop",
    "{{ 'x' * 999999999 }}": "calculation",
    "{{ 9 ** 9 ** 9 }}": "calculation",
    "{{ order.name ~ order.name }}": "calculation",
    "{{ order.name + order.name }}": "calculation",
    "{{ -1 }}": "calculation",
    "{{ 1 }}": "calculation",
    "{% if order.name == 'x' %}y{% endif %}": "calculation",
    "{% if order is mapping %}y{% endif %}": "calculation",
    "{{ order.name if several else links }}": "calculation",
    "{{ [1, 2, 3] }}": "piece",
    "{{ {'a': order} }}": "piece",
    "{{ (order.name, links) }}": "piece",
    "{{ order.name[0:3] }}": "piece",
    "{{ " + "(" * 900 + "links" + ")" * 900 + " }}": "deep",
    "{% if " + "not " * 400 + "several %}x{% endif %}": "deep",
    "{% if several %}" * 60 + "{% endif %}" * 60: "deep",
    "{{ links" + "|upper" * 60 + " }}": "deep",
    # by what is no Jinja at all
    "{{ order.name": "syntax",
    "{% if several %}x": "syntax",
    "{{ order..name }}": "syntax",
    "{% endif %}": "tag",
    "{{ }}": "syntax",
    "{{ order }}": "name",
    "{{ parcels }}": "name",
    "{{ customer.email }}": "name",
    "{{ shop.access_token }}": "name",
    "": "empty",
    " \n ": "empty",
    "x" * (LONGEST_TEXT + 1): "long",
}


@pytest.mark.parametrize(("text", "problem"), ATTACKS.items(), ids=lambda text: text[:40])
def test_every_way_out_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(Mistake) as caught:
        check(text)
    assert caught.value.problem == problem


@pytest.mark.parametrize(("text", "line"), [("a\n{{ b }}", 2), ("a\nb\n{% set c = 1 %}", 3)])
def test_a_mistake_says_its_line(text: str, line: int) -> None:
    with pytest.raises(Mistake) as caught:
        check(text)
    assert caught.value.line == line


def test_a_subject_is_one_line() -> None:
    check("Order {{ order.name }}\n", one_line=True)
    with pytest.raises(Mistake) as caught:
        check("Order\nBcc: everybody@example.com", one_line=True)
    assert caught.value.problem == "lines"


def test_values_reach_a_text_as_words_and_are_never_run() -> None:
    hostile = VALUES | {"order": {"name": "{{ shop.name }}{% raw %}", "date": object()}}
    assert render("{{ order.name }}", hostile) == "{{ shop.name }}{% raw %}"
    assert render("{{ order.date }}", hostile).startswith("<object")


def test_what_grows_too_long_is_cut_off() -> None:
    many = VALUES | {"parcels": VALUES["parcels"] * 5_000}
    with pytest.raises(Mistake) as caught:
        render("{% for parcel in parcels %}{{ parcel.url }}{% endfor %}", many)
    assert caught.value.problem == "long"
    assert len(render("x" * LONGEST_TEXT, many)) < LONGEST_OUTPUT


def test_the_merchants_words_stand_in_for_the_shipped_and_a_broken_one_loses_nothing() -> None:
    own = {"subject": "Your {{ order.name }}", "lead": "{{ nobody.knows }}"}
    said = wording.say(CONFIRMATION, "en", EMAIL, VALUES, own)
    assert said["subject"] == "Your #1058"
    assert said["headline"] == "Your order is on its way"
    assert said["lead"] == "Hi Maren, your order left in 2 parcels on November 22."
    assert SMS in wording.PARTS


_PIECES = ["{{", "}}", "{%", "%}", " if ", " for ", "parcel", " in ", "parcels", "endif", "order",
           ".name", "|", "upper", "(", ")", "[", "'", "#}", "{#", "-", "a", "\n", "raw",
           "fulfillment.tracking_url", "comment", "é"]  # fmt: skip
anything = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)


@given(anything)
def test_any_text_is_either_refused_or_said(text: str) -> None:
    try:
        check(text)
    except Mistake:
        return
    assert isinstance(render(text, VALUES), str)


@given(anything)
def test_any_template_of_shopifys_can_be_looked_through(text: str) -> None:
    remedy = Remedy("<block>", "<link>", "https://t.test/")
    report = liquid_doctor.examine(text, remedy)
    assert report.findings or not report.mended
