"""The web application: `gunicorn wsgi:app`."""

from shopify_app.bootstrap import build_web

app = build_web()
