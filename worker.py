"""The workers: `python worker.py [--queues inbox,poll] [--no-ticker]`."""

from shopify_app.bootstrap import build_worker
from shopify_app.jobs import supervisor

if __name__ == "__main__":
    supervisor.main(lambda: build_worker().redis_url)
