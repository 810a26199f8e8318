"""`python -m shopify_app <command>`."""

from shopify_app.cli import main

main()
