# syntax=docker/dockerfile:1
# Debian and not Alpine: the embedded store's server needs glibc.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/parley && python -m venv /opt/builder
COPY requirements.txt requirements-build.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/parley/bin/pip install --require-hashes -r requirements.txt \
    && /opt/builder/bin/pip install --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
RUN /opt/builder/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/parley/bin/pip install --no-deps --no-index /dist/*.whl \
    && /opt/parley/bin/python -m compileall -q /opt/parley/lib \
    && /opt/parley/bin/pip uninstall --yes --quiet pip setuptools

FROM python:3.11-slim-bookworm
# tini reaps what the embedded store leaves when nobody starts the container with --init.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --no-create-home parley \
    && install -d -o parley -g parley -m 0700 /data
COPY --from=build /opt/parley /opt/parley
ENV PATH=/opt/parley/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080
# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HTTP_PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["tini", "--", "parley"]
CMD ["run"]
