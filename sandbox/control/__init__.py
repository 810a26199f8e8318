"""The control API: how a person or a test moves the world. Documented in sandbox/README.md."""
