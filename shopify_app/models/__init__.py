"""The rows."""

from shopify_app.models.base import Base
from shopify_app.models.bulk_run import BulkRun
from shopify_app.models.carrier_account import CarrierAccount
from shopify_app.models.change import Change
from shopify_app.models.data_request import DataRequest
from shopify_app.models.fulfilling import Fulfilling
from shopify_app.models.inbox import Inbox
from shopify_app.models.message_text import MessageText
from shopify_app.models.opt_out import OptOut
from shopify_app.models.order import Facet, Fulfillment, Order
from shopify_app.models.outbox import Outbox
from shopify_app.models.reconciliation import Reconciliation
from shopify_app.models.shipment import CheckpointRow, Shipment, SourceReading
from shopify_app.models.shop import Shop
from shopify_app.models.spending import Calls, Spending
from shopify_app.models.stopping import Stopping
from shopify_app.models.unknown_word import UnknownWord
from shopify_app.models.upload import Upload, UploadRow
from shopify_app.models.visit import Visit

__all__ = [
    "Base",
    "BulkRun",
    "Calls",
    "CarrierAccount",
    "Change",
    "CheckpointRow",
    "DataRequest",
    "Facet",
    "Fulfilling",
    "Fulfillment",
    "Inbox",
    "MessageText",
    "OptOut",
    "Order",
    "Outbox",
    "Reconciliation",
    "Shipment",
    "Shop",
    "SourceReading",
    "Spending",
    "Stopping",
    "UnknownWord",
    "Upload",
    "UploadRow",
    "Visit",
]
