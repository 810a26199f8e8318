"""The stand-in of DHL's Shipment Tracking - Unified API."""
