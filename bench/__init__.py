"""What Retrack is measured by: `make bench`, and each alone by `make bench-NAME`."""
