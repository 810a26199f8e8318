# The web, the worker and the command line in one image; compose.yaml starts them.
FROM python:3.13-slim AS packages
WORKDIR /srv/retrack
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM node:24-slim AS scripts
WORKDIR /srv/retrack
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim
WORKDIR /srv/retrack
RUN useradd --system --uid 10001 --no-create-home retrack && install -d -o retrack -m 700 var
COPY --from=packages /srv/retrack/.venv .venv
COPY gunicorn.conf.py wsgi.py worker.py ./
COPY migrations migrations
COPY shopify_app shopify_app
COPY templates templates
COPY webhooks webhooks
COPY --from=scripts /srv/retrack/node_modules/htmx.org/dist/htmx.min.js shopify_app/static/vendor/
ENV PATH=/srv/retrack/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER retrack
VOLUME /srv/retrack/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=3); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["gunicorn", "wsgi:app", "--bind", "0.0.0.0:8000"]
