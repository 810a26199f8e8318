-- Everything the sandbox knows, so that it goes on where it was after any stop.
-- Moments in columns named _at are seconds since 1970 by the sandbox's own clock,
-- except those of orders, which are ISO 8601 texts as in the documents themselves.

CREATE TABLE IF NOT EXISTS settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS stores (
    domain TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    store TEXT NOT NULL,
    number INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    processed_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (store, number)
);
CREATE INDEX IF NOT EXISTS orders_created ON orders (store, created_at, id);
CREATE INDEX IF NOT EXISTS orders_processed ON orders (store, processed_at, id);
CREATE INDEX IF NOT EXISTS orders_updated ON orders (store, updated_at, id);

-- Which order a fulfillment, a fulfillment order or a customer's record is found in.
CREATE TABLE IF NOT EXISTS order_parts (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS order_parts_order ON order_parts (order_id);

CREATE TABLE IF NOT EXISTS tokens (
    access_token TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    scopes TEXT NOT NULL,
    online INTEGER NOT NULL DEFAULT 0,
    expires_at REAL,
    refresh_token TEXT UNIQUE,
    refresh_expires_at REAL,
    replaces TEXT,
    used INTEGER NOT NULL DEFAULT 0,
    replaced_at REAL
);

CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at REAL NOT NULL
);

-- Bulk queries; what they found is in a file of its own.
CREATE TABLE IF NOT EXISTS bulk_operations (
    id INTEGER PRIMARY KEY,
    store TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS bulk_operations_status ON bulk_operations (status);

-- HTTP requests that the sandbox makes: webhooks, pushes and status callbacks.
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    topic TEXT NOT NULL,
    store TEXT NOT NULL,
    url TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at REAL NOT NULL,
    due_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS posts_due ON posts (state, due_at);

CREATE TABLE IF NOT EXISTS parcels (
    number TEXT PRIMARY KEY,
    order_id INTEGER,
    body TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS registrations (
    number TEXT NOT NULL,
    carrier INTEGER NOT NULL,
    registered_at REAL NOT NULL,
    next_at REAL,
    body TEXT NOT NULL,
    PRIMARY KEY (number, carrier)
);
CREATE INDEX IF NOT EXISTS registrations_next ON registrations (next_at);

CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY,
    received_at REAL NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    acknowledged INTEGER NOT NULL,
    raw BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS texts (
    sid TEXT PRIMARY KEY,
    sent_at REAL NOT NULL,
    status_at REAL,
    direction TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    callback TEXT NOT NULL DEFAULT ''
);

CREATE TABLE IF NOT EXISTS opted_out (
    number TEXT PRIMARY KEY
);
