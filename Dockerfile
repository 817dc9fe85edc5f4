# syntax=docker/dockerfile:1
# Two stages: one that installs, one that runs. The final image has no compiler, no package client's cache and no local
# servers; it runs as a numeric user and writes nowhere but /tmp, so it can be run read-only.
FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /opt/dyadwatch
COPY requirements-container.lock ./
RUN /opt/dyadwatch/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements-container.lock
COPY pyproject.toml README.md LICENSE ./
COPY dyadwatch dyadwatch
COPY service service
COPY workers workers
RUN /opt/dyadwatch/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
 && /opt/dyadwatch/bin/python -m compileall -q /opt/dyadwatch/lib \
 && /opt/dyadwatch/bin/pip uninstall --yes --quiet pip

FROM python:3.12-slim
LABEL org.opencontainers.image.title="dyadwatch" \
      org.opencontainers.image.description="Watches what the press says about a pair of actors, and shows the evidence." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/dyadwatch /opt/dyadwatch
ENV PATH=/opt/dyadwatch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DYADWATCH_BIND=0.0.0.0:8710 \
    DYADWATCH_LOG_FORMAT=json
USER 65532:65532
WORKDIR /tmp
EXPOSE 8710
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "dyadwatch.local.probe", "127.0.0.1:8710", "/healthz"]
ENTRYPOINT ["dyadwatch"]
CMD ["web"]
