# One image for the API, the workers, the recommender and the migrations.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock /build/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r /build/requirements.lock

FROM python:3.11-slim-bookworm
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home laurel \
    && install -d -o laurel /models
COPY --from=build /opt/venv /opt/venv
COPY --chown=root:root . /laurel
WORKDIR /laurel
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/laurel PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LAUREL_ENVIRONMENT=production LAUREL_HOST=0.0.0.0 LAUREL_MODELS=/models
USER laurel
EXPOSE 8000 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["python", "-m", "cli"]
CMD ["serve"]
