# One image for every process of Second Look; compose.yaml and deploy/kubernetes say which runs which command.
# Versions are pinned by tag. To pin the bytes too, add the digests that your registry names.
ARG PYTHON=3.12.12-slim-bookworm

FROM python:${PYTHON} AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/second-look
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
# Empty: without the engine of this host. "--group engine" adds it, about 0.45 GB (docs/engine.md).
ARG ENGINE=""
# hadolint ignore=SC2086 # several words on purpose
RUN uv sync --frozen --no-default-groups $ENGINE
COPY manage.py README.md ./
COPY accounts accounts
COPY moderation moderation
COPY review review
COPY templates templates
COPY static static
COPY locale locale
RUN DATA_DIR=/tmp/build STATIC_ROOT=/opt/second-look/collected .venv/bin/python manage.py collectstatic --no-input \
    && .venv/bin/python -m compileall -q accounts moderation review

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /var/lib/second-look --shell /usr/sbin/nologin second-look \
    && install --directory --owner second-look --mode 0700 /var/lib/second-look /var/lib/second-look/pictures
COPY --from=build /opt/second-look /opt/second-look
WORKDIR /opt/second-look
# The web server reads GRANIAN_…, and its allocator _RJEM_…: memory that large bodies took is given back at once.
ENV PATH=/opt/second-look/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/var/lib/second-look \
    STATIC_ROOT=/opt/second-look/collected \
    LOG_FORMAT=json \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    _RJEM_MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0
USER 10001
EXPOSE 8000
# Of the web process; the others have none: a supervisor sees when they end, and /readyz when nobody delivers.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["granian", "--interface", "wsgi", "--http", "1", "--workers", "2", "--blocking-threads", "128", "--no-ws", \
     "--respawn-failed-workers", "--workers-kill-timeout", "5", \
     "--log-config", "moderation/runtime/server_logs.json", "moderation.wsgi:application"]
