"""The house: settings that stop the start, headers, log, health, and the files that start it elsewhere."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from importlib.metadata import requires
from pathlib import Path

import pytest
import structlog
import yaml
from celery.schedules import crontab
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from packaging.requirements import Requirement

from lexheller import celery_app, environment, health, logs, middleware
from tests import servers

ROOT = Path(__file__).resolve().parent.parent

SERVICE = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "lexheller.settings",
    "SECRET_KEY": "for-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SITE_URL": "https://lexheller.example.se",
    "DATABASE_URL": "postgresql://user:word@127.0.0.1:5432/lexheller",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://user:word@mail.example.se:587",
    "DEFAULT_FROM_EMAIL": "Lex Heller <lexheller@example.se>",
}


def manage(*words: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command as a service would, with some variables changed or, with None, left out."""
    variables = {name: value for name, value in {**SERVICE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=variables, capture_output=True, text=True
    )


# ---- settings ----


@pytest.mark.once
def test_the_deployment_check_finds_nothing_to_warn_about():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SITE_URL", None),
        ("SITE_URL", "http://lexheller.example.se"),
        ("SITE_URL", "https://lexheller.example.se/path"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "postgresql://user@host"),
        ("REDIS_URL", None),
        ("REDIS_URL", "localhost"),
        ("EMAIL_URL", None),
        ("EMAIL_URL", "mail.example.se"),
        ("DEFAULT_FROM_EMAIL", None),
        ("DEFAULT_FROM_EMAIL", "Anna utan adress"),
        ("BOUNCE_ADDRESS", "Studs <studs@example.se>"),
        ("BOUNCE_ADDRESS", "studs+x@example.se"),
        ("BOUNCE_ADDRESS", "en-alldeles-for-lang-adress-for-studs@example.se"),
        ("DELIVERY", "pigeon"),
        ("TRUSTED_PROXY_COUNT", "many"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("SESSION_HOURS", "0"),
        ("WEBHOOK_ALLOWED_NETWORKS", "intranet"),
        ("WEBHOOK_ALLOWED_NETWORKS", "10.20.0.0/16,0.0.0.0/0"),
        ("WEBHOOK_ALLOWED_NETWORKS", "10.20.0.1/16"),
        ("WEBHOOK_PORTS", "https"),
        ("WEBHOOK_PORTS", "443,70000"),
        ("LOG_LEVEL", "LOUD"),
        ("DEBUG", "maybe"),
        ("LOCAL", "ja"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence_that_names_it(variable, value):
    done = manage("check", **{variable: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert variable in last
    assert last.endswith(".")
    if value and len(value) > 4:
        assert value not in last


@pytest.mark.once
@pytest.mark.parametrize("mode", ["LOCAL", "DEBUG"])
def test_the_modes_for_one_machine_refuse_to_serve_a_real_address(mode):
    done = manage("check", **{mode: "1"})
    assert "SITE_URL" in done.stderr.splitlines()[-1]


@pytest.mark.once
def test_the_service_has_no_switch_for_the_triggers():
    code = "from django.conf import settings as s; print([n for n in dir(s) if 'TRIGGER' in n or 'APPEND' in n])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=SERVICE, capture_output=True, text=True)
    # Django's own APPEND_SLASH is the only name that comes near.
    assert done.stdout.strip() == "['APPEND_SLASH']", done.stderr


@pytest.mark.once
def test_the_service_keeps_its_cookies_to_itself():
    code = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=SERVICE, capture_output=True, text=True)
    assert done.stdout.split() == ["__Host-session", "True"], done.stderr


@pytest.mark.once
def test_the_service_counts_in_a_cache_that_outlives_redis():
    code = "from django.conf import settings as s; print(s.CACHES['default']['BACKEND'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=SERVICE, capture_output=True, text=True)
    assert done.stdout.strip() == "lexheller.cache.Cache", done.stderr


def test_the_models_and_the_migrations_agree(db):
    call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


# ---- headers ----


@pytest.mark.parametrize("address", ["/healthz", "/finns-inte/", "/konto/login/"])
def test_every_answer_carries_the_security_headers(db, client, address):
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_form_without_its_token_is_refused_in_words(db):
    answer = Client(enforce_csrf_checks=True).post("/konto/login/", {"login": "a@example.se", "password": "x"})
    assert answer.status_code == 403
    assert "Content-Security-Policy" in answer.headers


# ---- log-in --------------------------------------------------


@pytest.mark.parametrize("page", ["signup/", "email/", "confirm-email/", "confirm-email/abc/"])
def test_nobody_signs_up_or_changes_address_on_their_own(db, client, page):
    assert client.get(f"/konto/{page}").status_code == 404


def test_the_operators_admin_sends_to_the_same_log_in(db, client):
    answer = client.get("/drift/login/")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_guessing_a_password_is_slowed_down(db, client):
    guess = {"login": "sanna@example.se", "password": "fel"}
    for _ in range(6):
        answer = client.post(reverse("account_login"), guess)
    assert "för många" in answer.content.decode().lower()


def test_a_session_is_written_once_in_five_minutes(db, client, django_user_model, time_machine):
    time_machine.move_to("2026-03-02 09:00:00+01:00", tick=False)
    client.force_login(django_user_model.objects.create_user("nora@example.se", name="Nora"))
    first = seen(client)
    time_machine.shift(200)
    assert seen(client) == first
    time_machine.shift(200)
    assert seen(client) == first + 400


def seen(client: Client) -> int:
    client.get("/healthz")
    return client.session["seen"]


# ---- health ----


def test_the_process_says_that_it_runs(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_process_says_that_it_can_serve(db, client):
    assert client.get("/readyz").json() == {"status": "ok"}


def test_the_process_says_that_it_cannot_serve_without_details(client, monkeypatch):
    monkeypatch.setattr(health, "database_answers", lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


# ---- log ----

# As nginx makes it.
REQUEST_ID = "8f14e45fceea167a5a36dedd4bea2543"


@pytest.fixture
def log_lines(monkeypatch):
    """Log as the service does, into a list of what each line says."""
    root, level, handlers = logging.getLogger(), logging.getLogger().level, logging.getLogger().handlers[:]
    logs.configure({"level": "INFO", "readable": False})
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_request_leaves_one_line_without_its_query(db, client, log_lines):
    client.get("/healthz?q=hemlig-text")
    (line,) = log_lines()
    assert (line["method"], line["path"], line["status"], line["user"]) == ("GET", "/healthz", 200, None)
    assert "hemlig" not in json.dumps(line)


def test_the_answer_names_the_request_as_the_log_does(client, log_lines):
    answer = client.get("/healthz", headers={"X-Request-ID": REQUEST_ID})
    assert answer.headers["X-Request-ID"] == log_lines()[0]["request_id"] == REQUEST_ID


@pytest.mark.parametrize("sent", ["a b\tc", "640823-3234", "Anna-Andersson", REQUEST_ID * 2, ""])
def test_a_request_id_that_could_forge_a_log_or_name_somebody_is_replaced(client, sent):
    assert len(client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"]) == 32 != len(sent)


def test_an_address_that_leads_nowhere_is_not_repeated(db, client, log_lines):
    client.get("/finns-inte/hemlig-text?mer=hemligt")
    assert "hemlig" not in json.dumps(log_lines())


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        # Skatteverket's published test number.
        ("get", "/api/v1/cases/640823-3234/", 401),
        ("put", "/api/v1/cases/Anna-Andersson-640823-3234/", 401),
        ("get", "/arenden/640823-3234/", 302),
        ("get", "/moten/196408233234/", 302),
        ("get", "/rapportera/Anna-Andersson/", 404),
        ("put", "/arenden/640823-3234/anna-andersson/", 405),
        ("get", "/utkast/64082332-3400-4000-8000-000000000000/kasta/", 405),
        ("get", "/drift/640823-3234/", 302),
    ],
)
def test_what_somebody_takes_for_an_address_is_not_repeated(db, client, log_lines, method, address, status):
    assert getattr(client, method)(address).status_code == status
    told = json.dumps(log_lines()).lower()
    assert [word for word in ("640823", "anna") if word in told] == []


@pytest.mark.parametrize(("query", "accept", "status"), [("?x=1", "*/*", 400), ("", "text/csv", 406), ("", "*/*", 404)])
def test_what_somebody_who_is_logged_in_takes_for_a_case_number_is_not_repeated(
    db, client, log_lines, django_user_model, query, accept, status
):
    client.force_login(django_user_model.objects.create_user("prov@example.org", "lösenord"))
    answer = client.get(f"/api/v1/cases/640823-3234/{query}", headers={"Accept": accept})
    (line,) = log_lines()
    assert (answer.status_code, line["status"], line["path"]) == (status, status, "/api/v1/cases/<str:number>/")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/arenden/LH-PRO-2026-0017/", "/arenden/LH-PRO-2026-0017/"),
        ("/arenden/LH-PRO-1964-0823/", "/arenden/<str:number>/"),
        ("/arenden/LH-PRO-2026-0017-640823/", "/arenden/<str:number>/"),
        ("/moten/123456789/", "/moten/123456789/"),
        ("/moten/6408233234/", "/moten/<int:pk>/"),
    ],
)
def test_a_number_of_ours_is_logged_as_it_is(db, client, log_lines, address, told):
    client.get(address)
    assert log_lines()[-1]["path"] == told


def test_the_key_of_a_password_link_is_not_logged(db, client, log_lines):
    client.get("/konto/password/reset/key/1-hemlig-nyckel/")
    assert log_lines()[-1]["path"].startswith("/konto/password/reset/key/(?P<uidb36>")
    assert "hemlig" not in json.dumps(log_lines())


def test_an_exception_is_logged_by_kind_and_place_without_its_words(log_lines):
    try:
        int("hemlig text")
    except ValueError:
        logging.getLogger("some.package").exception("failed")
    (line,) = log_lines()
    assert line["exception"][0]["kind"] == "builtins.ValueError"
    assert line["exception"][0]["at"][0].startswith("tests/test_house.py:")
    assert "hemlig" not in json.dumps(line)


def test_what_ends_a_thread_is_logged_without_its_words(log_lines):
    logs.thread_ended(threading.ExceptHookArgs((ValueError, ValueError("hemlig text"), None, None)))
    (line,) = log_lines()
    assert (line["event"], line["exception"][0]["kind"]) == ("thread ended", "builtins.ValueError")
    assert "hemlig" not in json.dumps(line)


def test_the_log_of_ones_own_machine_tells_of_an_exception_too(log_lines, capsys):
    logs.configure({"level": "INFO", "readable": True})
    stream = io.StringIO()
    logging.getLogger().handlers[0].setStream(stream)
    logging.getLogger("some.package").error("failed", exc_info=ValueError("hemlig"))
    assert "builtins.ValueError" in stream.getvalue()
    assert "hemlig" not in stream.getvalue() + capsys.readouterr().err


def test_a_crash_in_a_page_is_logged_without_path_and_words(log_lines):
    request = RequestFactory().get("/hemlig-adress/")
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", request.path, exc_info=ValueError("hemlig"), extra={"request": request}
    )
    assert "hemlig" not in json.dumps(log_lines())


def test_the_log_knows_who_only_by_number(rf, log_lines, django_user_model):
    def page(request: HttpRequest) -> HttpResponse:
        request._cached_user = request.user = django_user_model(pk=7, email="hemlig@example.se", name="Hemlig")
        return HttpResponse()

    middleware.request_log(page)(rf.post("/", {"text": "hemlig"}))
    (line,) = log_lines()
    assert line["user"] == 7
    assert "hemlig" not in json.dumps(line).lower()


# ---- the queue ----


def test_the_clock_rings_for_tasks_that_exist():
    celery_app.loader.import_default_modules()
    assert {entry["task"] for entry in celery_app.conf.beat_schedule.values()} <= set(celery_app.tasks)


def test_a_clock_that_is_started_anew_strikes_the_hour_all_the_same():
    hourly = celery_app.conf.beat_schedule["hourly"]["schedule"]
    assert isinstance(hourly, crontab)
    assert (hourly.minute, hourly.hour) == ({7}, set(range(24)))


def test_publishing_does_not_wait_for_a_queue_that_is_down():
    assert celery_app.conf.broker_transport_options["max_retries"] == 0


@pytest.mark.once
def test_what_the_queue_needs_for_redis_is_installed_in_service_too():
    # The tests' own packages would hide a missing one here.
    wanted = [Requirement(line) for line in requires("kombu") if 'extra == "redis"' in line]
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    assert wanted
    assert [need.name for need in wanted if f"\n{need.name}==" not in f"\n{locked}"] == []


@pytest.mark.redis
def test_redis_is_there_to_count_and_carry(settings):
    settings.CACHES = {"default": environment.cache(servers.REDIS_URL)}
    assert health.redis_answers()


# ---- the files that start it elsewhere ----


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.once
def test_compose_starts_web_worker_clock_database_and_redis(compose):
    assert set(compose["services"]) == {"migrate", "web", "worker", "clock", "database", "redis"}


@pytest.mark.once
def test_compose_waits_only_for_services_that_it_has(compose):
    waited = {name for service in compose["services"].values() for name in service.get("depends_on", {})}
    assert waited <= set(compose["services"])


@pytest.mark.once
@pytest.mark.parametrize("service", ["migrate", "web", "worker", "clock"])
def test_the_program_starts_with_the_variables_that_compose_hands_over(compose, service):
    given = set(compose["services"][service]["environment"])
    assert set(SERVICE) - {"PATH", "DJANGO_SETTINGS_MODULE"} <= given


@pytest.mark.once
def test_every_variable_of_the_settings_is_explained():
    code = (ROOT / "lexheller" / "settings.py").read_text(encoding="utf-8")
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', code))
    assert len(names) > 10
    assert {name for name in names if f"`{name}`" not in manual} == set()


@pytest.mark.once
@pytest.mark.parametrize("script", [".ci/run"])
def test_a_script_is_well_formed_and_may_be_run(script):
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], cwd=ROOT).returncode == 0
