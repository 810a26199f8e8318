"""Local stand-ins of Shopify, 17TRACK, a mail server and Twilio, as strict as the real ones.

They share nothing with the app: the two meet over HTTP and SMTP. `README.md` in this folder
documents the addresses and the control API.
"""
