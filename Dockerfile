# Amity alone; docker-compose.yml gives it a graph and a cache.
FROM python:3.11-slim AS packages
COPY requirements/runtime.txt /runtime.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /runtime.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home amity \
 && install -d -o amity -g amity -m 700 /data
COPY --from=packages /venv /venv
WORKDIR /amity
COPY . .
RUN /venv/bin/python scripts/link.py
USER amity
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    AMITY_HOST=0.0.0.0 AMITY_PORT=8000 AMITY_DATA_DIR=/data AMITY_LOG_FORMAT=json
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["amity", "serve"]
