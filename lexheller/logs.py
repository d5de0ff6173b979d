"""One log for all: one JSON object a line in service, a readable line on one's own machine.

A log is read by more people than a case is, so it carries ids and codes only. Two places where text could
slip in are shut here: an exception's message (databases quote the row that they refuse) and Django's own
request lines (which repeat the path).
"""

import logging
import logging.config
import threading
import traceback
from pathlib import Path
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ROOT = Path(__file__).resolve().parent.parent
# A chain of causes longer than this tells nothing more.
CAUSES = 5


def configure(settings: dict[str, object]) -> None:
    """Send everything that any library logs through the same processors to standard error."""
    level = str(settings["level"])
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_django_paths,
        without_messages,
    ]
    rendered: list[Processor] = (
        [exception_as_lines, structlog.dev.ConsoleRenderer(colors=False)]
        if settings["readable"]
        else [structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # The request line of lexheller.middleware already tells status and path of a refused request.
                "django.request": {"level": "ERROR"},
                "django.server": {"level": "ERROR"},
                # Would print every statement with its values.
                "django.db.backends": {"level": "INFO"},
            },
        }
    )


def thread_ended(ended: threading.ExceptHookArgs) -> None:
    """Log what ended a thread; Python itself would print the exception's words."""
    structlog.get_logger("lexheller").error("thread ended", exc_info=ended.exc_value)


def without_django_paths(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace the text of Django's request errors, which quotes the path, with what it means."""
    if event.get("logger") == "django.request":
        event["event"] = "unhandled exception"
    elif str(event.get("logger", "")).startswith("django.security"):
        event["event"] = "suspicious request refused"
    return event


def without_messages(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Turn an exception into its kinds and places, without what it says."""
    found = event.pop("exc_info", None)
    error = _exception(found, event.get("_record"))
    if error is not None:
        event["exception"] = list(_chain(error))
    return event


def exception_as_lines(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Write an exception's kinds and places as text, which is all that the readable log takes."""
    if kinds := event.get("exception"):
        event["exception"] = "\n".join(line for kind in kinds for line in (kind["kind"], *kind["at"]))
    return event


def _exception(found: object, record: object) -> BaseException | None:
    if isinstance(found, BaseException):
        return found
    if isinstance(found, tuple):
        return found[1] if isinstance(found[1], BaseException) else None
    if isinstance(record, logging.LogRecord) and record.exc_info:
        # The formatter would print the message after us.
        error, record.exc_info, record.exc_text = record.exc_info[1], None, None
        return error
    return None


def _chain(error: BaseException | None) -> list[dict[str, object]]:
    kinds: list[dict[str, object]] = []
    while error is not None and len(kinds) < CAUSES:
        kinds.append(
            {
                "kind": f"{type(error).__module__}.{type(error).__qualname__}",
                "at": _places(error.__traceback__),
            }
        )
        error = error.__cause__ or error.__context__
    return kinds


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _short(filename: str) -> str:
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
