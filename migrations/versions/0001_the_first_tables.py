"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("order_ids", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
    )
    op.create_index(
        op.f("ix_bulk_runs_under_way"),
        "bulk_runs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("started_at IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("started_at IS NOT NULL AND ended_at IS NULL"),
    )

    op.create_table(
        "carrier_accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("problem_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registers_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quota_total", sa.Integer(), nullable=True),
        sa.Column("quota_left", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_accounts")),
        sa.UniqueConstraint(
            "owner_id", "provider", name=op.f("uq_carrier_accounts_owner_id_provider")
        ),
    )
    op.create_index(
        op.f("uq_carrier_accounts_installation"),
        "carrier_accounts",
        ["provider"],
        unique=True,
        sqlite_where=sa.text("owner_id IS NULL"),
        postgresql_where=sa.text("owner_id IS NULL"),
    )

    op.create_table(
        "inbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("triggered_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "account", "topic", "delivery_id", name=op.f("uq_inbox_account_topic_delivery_id")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        # To compress a body takes as long as the rest of the insert, and it is soon emptied.
        op.execute("ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTERNAL")
    op.create_index(
        op.f("ix_inbox_account_decided_at"),
        "inbox",
        ["account", "decided_at"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NOT NULL"),
        postgresql_where=sa.text("decided_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_inbox_account_ended_at"),
        "inbox",
        ["account", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'set_aside'"),
        postgresql_where=sa.text("state = 'set_aside'"),
    )
    op.create_index(
        op.f("ix_inbox_due_at_id"),
        "inbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "opt_outs",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "channel", "address_hash", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fulfillment_status", sa.Text(), nullable=False),
        sa.Column("total", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("ships", sa.Boolean(), nullable=False),
        sa.Column("unfulfilled", sa.Boolean(), nullable=False),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("shopify_marks", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attention_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unfulfilled_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_orders")),
    )
    op.create_index(
        op.f("ix_orders_shop_id_attention_from_id_status"),
        "orders",
        ["shop_id", "attention_from", "id", "status"],
        unique=False,
        sqlite_where=sa.text("attention_from IS NOT NULL"),
        postgresql_where=sa.text("attention_from IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_orders_shop_id_email_hash"), "orders", ["shop_id", "email_hash"], unique=False
    )
    op.create_index(
        op.f("ix_orders_shop_id_fulfilled_at_status_placed_at_attention_from"),
        "orders",
        ["shop_id", "fulfilled_at", "status", "placed_at", "attention_from"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_shop_id_late_from_status"),
        "orders",
        ["shop_id", "late_from", "status"],
        unique=False,
        sqlite_where=sa.text("late_from IS NOT NULL"),
        postgresql_where=sa.text("late_from IS NOT NULL"),
    )
    op.create_index(op.f("ix_orders_shop_id_name"), "orders", ["shop_id", "name"], unique=False)
    op.create_index(
        op.f("ix_orders_shop_id_open_since_id"),
        "orders",
        ["shop_id", "open_since", "id"],
        unique=False,
        sqlite_where=sa.text("open_since IS NOT NULL"),
        postgresql_where=sa.text("open_since IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_orders_shop_id_placed_at_id"),
        "orders",
        ["shop_id", "placed_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_shop_id_problem_from_status"),
        "orders",
        ["shop_id", "problem_from", "status"],
        unique=False,
        sqlite_where=sa.text("problem_from IS NOT NULL"),
        postgresql_where=sa.text("problem_from IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_orders_shop_id_silent_since_id"),
        "orders",
        ["shop_id", "silent_since", "id"],
        unique=False,
        sqlite_where=sa.text("silent_since IS NOT NULL"),
        postgresql_where=sa.text("silent_since IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_orders_shop_id_status_placed_at_id"),
        "orders",
        ["shop_id", "status", "placed_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_shop_id_unfulfilled_from_status"),
        "orders",
        ["shop_id", "unfulfilled_from", "status"],
        unique=False,
        sqlite_where=sa.text("unfulfilled_from IS NOT NULL"),
        postgresql_where=sa.text("unfulfilled_from IS NOT NULL"),
    )

    op.create_table(
        "shops",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("former_domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("storefront", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_webhook_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("scopes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("notify_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notify_by", sa.Text(), nullable=False),
        sa.Column("notify_email", sa.Boolean(), nullable=False),
        sa.Column("notify_sms", sa.Boolean(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_events", sa.JSON(), nullable=False),
        sa.Column("timings", sa.JSON(), nullable=False),
        sa.Column("first_scan_days", sa.Integer(), nullable=False),
        sa.Column("announces_unnumbered", sa.Boolean(), nullable=False),
        sa.Column("retime_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retime_after", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at_once", sa.Boolean(), nullable=False),
        sa.Column("classic_look", sa.Boolean(), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("carrier_urls", sa.JSON(), nullable=False),
        sa.Column("sms_plain", sa.Boolean(), nullable=False),
        sa.Column("test_phone", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("mail_from", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("sms_from", sa.Text(), nullable=False),
        sa.Column("mail_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sms_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("write_back", sa.Boolean(), nullable=False),
        sa.Column("write_links", sa.Boolean(), nullable=False),
        sa.Column("write_metafield", sa.Boolean(), nullable=False),
        sa.Column("write_tags", sa.Boolean(), nullable=False),
        sa.Column("catch_up", sa.Text(), nullable=False),
        sa.Column("import_state", sa.Text(), nullable=False),
        sa.Column("import_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_paged", sa.Boolean(), nullable=False),
        sa.Column("import_cursor", sa.Text(), nullable=False),
        sa.Column("import_operation", sa.Text(), nullable=False),
        sa.Column("import_place", sa.BigInteger(), nullable=False),
        sa.Column("import_listed", sa.Integer(), nullable=False),
        sa.Column("import_expected", sa.Integer(), nullable=False),
        sa.Column("imported_orders", sa.Integer(), nullable=False),
        sa.Column("import_attempts", sa.Integer(), nullable=False),
        sa.Column("import_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_error", sa.Text(), nullable=False),
        sa.Column("reconcile_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tidy_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
        sa.UniqueConstraint("domain", name=op.f("uq_shops_domain")),
    )
    op.create_index(op.f("ix_shops_former_domain"), "shops", ["former_domain"], unique=False)
    op.create_index(
        op.f("ix_shops_import_state_import_due_at"),
        "shops",
        ["import_state", "import_due_at"],
        unique=False,
    )

    op.create_table(
        "stoppings",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stoppings")),
    )
    op.create_index(op.f("ix_stoppings_due_at"), "stoppings", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_stoppings_provider_key_hash_due_at"),
        "stoppings",
        ["provider", "key_hash", "due_at"],
        unique=False,
    )
    op.create_table(
        "unknown_words",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "word", name=op.f("pk_unknown_words")),
    )
    op.create_table(
        "visits",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "user", name=op.f("pk_visits")),
    )
    op.create_table(
        "calls",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_accounts.id"], name=op.f("fk_calls_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "day", "what", name=op.f("pk_calls")),
    )
    op.create_table(
        "data_requests",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("order_ids", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_data_requests_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint(
            "shop_id", "request_id", name=op.f("uq_data_requests_shop_id_request_id")
        ),
    )
    op.create_table(
        "facets",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_facets_shop_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "kind", "value", name=op.f("pk_facets")),
    )
    op.create_index(
        op.f("ix_facets_shop_id_kind_value_placed_at_order_id"),
        "facets",
        ["shop_id", "kind", "value", "placed_at", "order_id"],
        unique=False,
    )

    op.create_table(
        "fulfillings",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fulfillment_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_fulfillings_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillings")),
        sa.UniqueConstraint("shop_id", "nonce", name=op.f("uq_fulfillings_shop_id_nonce")),
    )
    op.create_table(
        "fulfillments",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("replaced", sa.JSON(), nullable=False),
        sa.Column("event_status", sa.Text(), nullable=False),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shopify_value", sa.Text(), nullable=False),
        sa.Column("shopify_links", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_fulfillments_shop_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_fulfillments")),
    )
    op.create_index(
        op.f("ix_fulfillments_shop_id_order_id"),
        "fulfillments",
        ["shop_id", "order_id"],
        unique=False,
    )

    op.create_table(
        "message_texts",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_message_texts_shop_id")),
        sa.PrimaryKeyConstraint(
            "shop_id", "event", "language", "channel", "part", name=op.f("pk_message_texts")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("fulfillment_id", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("insisted", sa.Boolean(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_outbox_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_outbox_shop_id_key")),
    )
    op.create_index(
        op.f("ix_outbox_due_at_id"),
        "outbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("ix_outbox_remote_id"),
        "outbox",
        ["remote_id"],
        unique=False,
        sqlite_where=sa.text("remote_id <> ''"),
        postgresql_where=sa.text("remote_id <> ''"),
    )
    op.create_index(
        op.f("ix_outbox_sending_since"),
        "outbox",
        ["sending_since"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        op.f("ix_outbox_shop_id_created_at_id"),
        "outbox",
        ["shop_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outbox_shop_id_decided_at"),
        "outbox",
        ["shop_id", "decided_at"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NOT NULL"),
        postgresql_where=sa.text("decided_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_outbox_shop_id_ended_at"),
        "outbox",
        ["shop_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index(
        op.f("ix_outbox_shop_id_event_state_channel_created_at"),
        "outbox",
        ["shop_id", "event", "state", "channel", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outbox_shop_id_fulfillment_id"),
        "outbox",
        ["shop_id", "fulfillment_id"],
        unique=False,
    )
    op.create_index(op.f("ix_outbox_shop_id_id"), "outbox", ["shop_id", "id"], unique=False)
    op.create_index(
        op.f("ix_outbox_shop_id_order_id"), "outbox", ["shop_id", "order_id"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_unsettled"),
        "outbox",
        ["shop_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('failed', 'uncertain')"),
        postgresql_where=sa.text("state IN ('failed', 'uncertain')"),
    )
    op.create_index(
        op.f("ix_outbox_waiting"),
        "outbox",
        ["shop_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "reconciliations",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reconciliations_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index(
        op.f("ix_reconciliations_due_at"),
        "reconciliations",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_reconciliations_shop_id_id"), "reconciliations", ["shop_id", "id"], unique=False
    )

    op.create_table(
        "uploads",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_uploads_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(
        op.f("ix_uploads_due_at"),
        "uploads",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_uploads_shop_id_id"), "uploads", ["shop_id", "id"], unique=False)

    op.create_table(
        "shipments",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("fulfillment_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_source", sa.Text(), nullable=False),
        sa.Column("status_code", sa.Text(), nullable=False),
        sa.Column("status_version", sa.Integer(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("last_text", sa.Text(), nullable=False),
        sa.Column("last_place", sa.Text(), nullable=False),
        sa.Column("last_code", sa.Text(), nullable=False),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carrier_name", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("wanted_carrier", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by_hand", sa.Boolean(), nullable=False),
        sa.Column("joined_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_accounts.id"], name=op.f("fk_shipments_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["joined_id"], ["shipments.id"], name=op.f("fk_shipments_joined_id")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "fulfillment_id"],
            ["fulfillments.shop_id", "fulfillments.id"],
            name=op.f("fk_shipments_shop_id_fulfillment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint(
            "shop_id",
            "fulfillment_id",
            "number_key",
            name=op.f("uq_shipments_shop_id_fulfillment_id_number_key"),
        ),
    )
    op.create_index(
        op.f("ix_shipments_account_id_look_at"),
        "shipments",
        ["account_id", "look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_shipments_asked"),
        "shipments",
        ["shop_id", "asked_at"],
        unique=False,
        sqlite_where=sa.text("asked_at IS NOT NULL"),
        postgresql_where=sa.text("asked_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_shipments_followed_look_at"),
        "shipments",
        ["account_id", "look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL AND followed_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL AND followed_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_shipments_number_key"), "shipments", ["number_key"], unique=False)
    op.create_index(
        op.f("ix_shipments_shop_id_number_key"),
        "shipments",
        ["shop_id", "number_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shipments_shop_id_order_id"), "shipments", ["shop_id", "order_id"], unique=False
    )
    op.create_index(
        op.f("ix_shipments_shop_id_reason_order_id"),
        "shipments",
        ["shop_id", "reason", "order_id"],
        unique=False,
        sqlite_where=sa.text("reason <> '' AND removed_at IS NULL"),
        postgresql_where=sa.text("reason <> '' AND removed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_shipments_to_mend"),
        "shipments",
        ["shop_id", "order_id", "status", "joined_id", "resolved_at"],
        unique=False,
        sqlite_where=sa.text(
            "(status IN ('expired', 'not_recognized') OR problem <> '') AND removed_at IS NULL"
        ),
        postgresql_where=sa.text(
            "(status IN ('expired', 'not_recognized') OR problem <> '') AND removed_at IS NULL"
        ),
    )
    op.create_index(
        op.f("ix_shipments_unnumbered"),
        "shipments",
        ["shop_id", "order_id"],
        unique=False,
        sqlite_where=sa.text("number_key = '' AND removed_at IS NULL"),
        postgresql_where=sa.text("number_key = '' AND removed_at IS NULL"),
    )

    op.create_table(
        "upload_rows",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("parcel_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_upload_rows_shop_id")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_rows_upload_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_rows")),
    )
    op.create_index(
        op.f("ix_upload_rows_shop_id_order_id"),
        "upload_rows",
        ["shop_id", "order_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_upload_rows_upload_id_state_id"),
        "upload_rows",
        ["upload_id", "state", "id"],
        unique=False,
    )

    op.create_table(
        "changes",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_changes_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_shop_id_at"), "changes", ["shop_id", "at"], unique=False)
    op.create_index(
        op.f("ix_changes_shop_id_shipment_id_id"),
        "changes",
        ["shop_id", "shipment_id", "id"],
        unique=False,
    )

    op.create_table(
        "checkpoints",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("fulfillment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carrier_number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_checkpoints_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint(
            "shop_id",
            "fulfillment_id",
            "key",
            name=op.f("uq_checkpoints_shop_id_fulfillment_id_key"),
        ),
    )
    op.create_table(
        "readings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terminal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_found", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_readings_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "source", name=op.f("pk_readings")),
    )
    op.create_table(
        "spendings",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("carrier_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["carrier_accounts.id"], name=op.f("fk_spendings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_spendings_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spendings")),
    )
    op.create_index(op.f("ix_spendings_shop_id_id"), "spendings", ["shop_id", "id"], unique=False)
