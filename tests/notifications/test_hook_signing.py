"""A system can tell that word is ours: by the examples of docs/webhooks.md, with the old secret for a day."""

import base64
import datetime as dt
import re
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from cases import clocks
from notifications.hooks import keeping, sending
from notifications.hooks.keeping import kinds_of, renew_secret
from notifications.hooks.signing import secret_of, signature_headers
from notifications.models import TRIAL, Hook
from tests.notifications.hooked import again, tell, words

pytestmark = pytest.mark.django_db

DOC = (Path(django_settings.BASE_DIR) / "docs" / "webhooks.md").read_text()
BODY = '{"id":"msg_1","case":"LH-ÅÄÖ-2026-0001"}'.encode()


def example(language: str) -> str:
    """Return the doc's one example in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    return found


def by_python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    names: dict[str, object] = {}
    exec(example("python"), names)
    return names["is_ours"](secret, headers, body)


@pytest.fixture
def by_shell(tmp_path):
    def is_ours(secret: str, headers: dict[str, str], body: bytes) -> bool:
        (tmp_path / "body").write_bytes(body)
        given = {"SECRET": secret, **{name.removeprefix("webhook-").upper(): said for name, said in headers.items()}}
        command = ["sh", "-c", example("sh")]
        done = subprocess.run(command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", **given}, capture_output=True)
        assert done.stderr == b""
        return {b"ours\n": True, b"not ours\n": False}[done.stdout]

    return is_ours


@pytest.fixture(params=["python", "sh"])
def is_ours(request, by_shell):
    """Verify as the doc does, in each language."""
    return by_shell if request.param == "sh" else by_python


def signed(hook: Hook, body: bytes = BODY) -> dict[str, str]:
    return signature_headers(hook, "msg_1", body)


def test_the_examples_know_our_calls_from_others(hook_to, is_ours):
    hook = hook_to()
    headers = signed(hook)
    assert is_ours(secret_of(hook), headers, BODY)
    assert not is_ours(secret_of(hook), headers, BODY + b" ")
    assert not is_ours(secret_of(hook), {**headers, "webhook-id": "msg_2"}, BODY)
    assert not is_ours("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, BODY)


def test_the_example_refuses_what_is_old(hook_to):
    hook = hook_to()
    with clocks.at(clocks.now() - dt.timedelta(minutes=6)):
        assert not by_python(secret_of(hook), signed(hook), BODY)


def test_what_leaves_is_signed(case, hook, receiver):
    tell()
    (received,) = receiver.received
    assert by_python(secret_of(hook), received.headers, received.body)


def test_each_attempt_has_its_own_time_and_the_same_name(case, hook, receiver):
    receiver.answer_in_turn(500, 204)
    tell()
    with clocks.at(clocks.now() + dt.timedelta(minutes=2)):
        sending.call_due()
    first, second = (received.headers for received in receiver.received)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) >= 120


def test_both_secrets_are_good_for_a_day_and_then_the_new_one(hook_to, adam, is_ours):
    old = secret_of(hook_to())
    hook = renew_secret(Hook.objects.get(), actor=adam, version=1)
    new = secret_of(hook)
    assert is_ours(old, signed(hook), BODY)
    assert is_ours(new, signed(hook), BODY)
    hook.old_secret_until = clocks.now()
    assert not is_ours(old, signed(hook), BODY)
    assert is_ours(new, signed(hook), BODY)


def test_an_old_secret_that_was_ended_is_used_no_more(hook_to, adam):
    old = secret_of(hook_to())
    hook = renew_secret(Hook.objects.get(), actor=adam, version=1, at_once=True)
    assert not by_python(old, signed(hook), BODY)


def test_a_secret_has_the_form_that_libraries_know(hook_to):
    secret = secret_of(hook_to())
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_no_two_hooks_versions_or_installations_share_a_secret(hook_to, adam, settings):
    one, other = hook_to(), hook_to("https://other.example.org/")
    secrets = {secret_of(one), secret_of(other), secret_of(renew_secret(one, actor=adam, version=1))}
    settings.SECRET_KEY = "another-installations-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert len(secrets | {secret_of(one)}) == 4


def test_no_table_holds_a_secret(hook_to, adam):
    hook = renew_secret(hook_to(), actor=adam, version=1)
    secret = secret_of(again(hook)).removeprefix("whsec_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_hook")
        stored = str(cursor.fetchall())
    assert secret not in stored
    assert base64.b64decode(secret).hex() not in stored


# ---- what the doc promises ----


def test_the_doc_names_every_type_and_to_whom_it_goes():
    table = re.findall(r"^\| (`[A-Z_` ]+`) \| .*? \| (✓?) ?\| (✓?) ?\|$", DOC, re.MULTILINE)
    said = {kind: tuple(map(bool, marks)) for names, *marks in table for kind in re.findall(r"`([A-Z_]+)`", names)}
    kinds = {*kinds_of(1), *kinds_of(None)}
    assert said == {
        **{kind.value: (kind in kinds_of(1), kind in kinds_of(None)) for kind in kinds},
        TRIAL: (True, True),
    }


def test_the_doc_names_every_field(case, hook, receiver):
    tell()
    assert set(re.findall(r'^  "(\w+)":', DOC, re.MULTILINE)) == set(receiver.received[0].json)


def test_the_doc_tells_how_often_and_how_long(settings):
    retries = [seconds // 60 for seconds in settings.WEBHOOK_RETRY_SECONDS]
    said = re.search(r"tried again after ([\d, ]+) and then three times (\d+)", DOC)
    assert [*map(int, said[1].split(",")), *[int(said[2])] * 3] == retries
    assert f"within {['ten'][settings.WEBHOOK_SECONDS // 10 - 1]} seconds" in DOC
    assert sending.FAILING_MOST.days == 5
    assert "five days without a single word taken" in DOC


def test_a_call_is_signed_as_of_the_moment_that_it_leaves(case, hook, receiver):
    before = int(time.time())
    tell()
    assert before <= int(receiver.received[0].headers["webhook-timestamp"]) <= time.time()
    assert words().get().attempts == 1


def test_a_trial_is_signed_too(hook, receiver, adam):
    keeping.try_out(hook, actor=adam)
    sending.call_due()
    (received,) = receiver.received
    assert by_python(secret_of(hook), received.headers, received.body)
