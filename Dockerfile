# One image for every process: the command says which. docs/install.md tells how.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/trigpoint/.venv
COPY requirements.txt /build/requirements.txt
RUN /opt/trigpoint/.venv/bin/python -m pip install --require-hashes -r /build/requirements.txt

FROM python:3.11-slim
RUN groupadd --system --gid 10001 trigpoint \
    && useradd --system --uid 10001 --gid trigpoint --no-create-home --home-dir /nonexistent trigpoint
WORKDIR /opt/trigpoint
COPY --from=build /opt/trigpoint/.venv .venv
COPY pyproject.toml wsgi.py ./
COPY feedback feedback
COPY migrations migrations
COPY templates templates
COPY triangulation triangulation
# Read-only at run time: compiled once, here.
RUN .venv/bin/python -m compileall -q feedback migrations triangulation wsgi.py
ENV PATH=/opt/trigpoint/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 FLASK_APP=wsgi
USER trigpoint
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "flask"]
CMD ["web", "--host", "0.0.0.0"]
