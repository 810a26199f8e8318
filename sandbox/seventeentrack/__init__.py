"""The stand-in of 17TRACK's Tracking API v2.4."""
