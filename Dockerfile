# One image: web, worker, clock and the migrate job differ only in their command.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements/solver.txt requirements/
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/solver.txt
COPY . .
# Static names carry a hash of their content; LOCAL keeps this step free of secrets.
RUN LOCAL=1 .venv/bin/python manage.py collectstatic --no-input --verbosity 0 && rm -f var/secret-key

FROM python:${PYTHON}-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=lexheller.settings
RUN useradd --system --uid 10001 --no-create-home lexheller
WORKDIR /app
# Owned by root: a process that was broken into cannot change the program.
COPY --from=build /app /app
USER lexheller
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--no-ws", "lexheller.wsgi:application"]
