// Applies the jobs: an order and its fulfillments are written, once a delivery, in a transaction.
// Two processes, ten jobs at a time each. Settings: REDIS_SOCKET, DATABASE_URL.

import cluster from "node:cluster";

import { Worker } from "bullmq";
import pg from "pg";

const PROCESSES = 2;
const AT_ONCE = 10;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deliveries (id text PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS orders (
    shop text, id bigint, name text, email text, customer text, country text, total text,
    currency text, tags text, items jsonb, fulfillment_status text, placed_at timestamptz,
    cancelled_at timestamptz, updated_at timestamptz, PRIMARY KEY (shop, id)
  );
  CREATE TABLE IF NOT EXISTS fulfillments (
    shop text, id bigint, order_id bigint, status text, company text, numbers text[],
    updated_at timestamptz, PRIMARY KEY (shop, id)
  );`;

const WRITE_ORDER = `
  INSERT INTO orders VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  ON CONFLICT (shop, id) DO UPDATE SET
    name = excluded.name, email = excluded.email, customer = excluded.customer,
    country = excluded.country, total = excluded.total, currency = excluded.currency,
    tags = excluded.tags, items = excluded.items,
    fulfillment_status = excluded.fulfillment_status, placed_at = excluded.placed_at,
    cancelled_at = excluded.cancelled_at, updated_at = excluded.updated_at
  WHERE orders.updated_at <= excluded.updated_at`;

const WRITE_FULFILLMENT = `
  INSERT INTO fulfillments VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (shop, id) DO UPDATE SET
    status = excluded.status, company = excluded.company, numbers = excluded.numbers,
    updated_at = excluded.updated_at
  WHERE fulfillments.updated_at <= excluded.updated_at`;

if (cluster.isPrimary) {
  await withPool((pool) => pool.query(SCHEMA));
  for (let number = 0; number < PROCESSES; number += 1) cluster.fork();
} else {
  const pool = newPool();
  const connection = { path: process.env.REDIS_SOCKET };
  new Worker("webhooks", (job) => apply(pool, job.data), { connection, concurrency: AT_ONCE });
}

function newPool() {
  return new pg.Pool({ connectionString: process.env.DATABASE_URL, max: AT_ONCE });
}

async function withPool(act) {
  const pool = newPool();
  await act(pool);
  await pool.end();
}

async function apply(pool, { shop, webhookId, body }) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const kept = await query(client, "INSERT INTO deliveries VALUES ($1) ON CONFLICT DO NOTHING", [
      webhookId,
    ]);
    if (kept.rowCount) {
      await query(client, WRITE_ORDER, order(shop, body));
      for (const one of body.fulfillments) {
        await query(client, WRITE_FULFILLMENT, fulfillment(shop, one));
      }
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

// A statement that has a name is prepared once a connection.
function query(client, text, values) {
  return client.query({ name: text.trim().slice(0, 24), text, values });
}

function order(shop, body) {
  const items = body.line_items.map(({ id, title, variant_title, current_quantity }) => ({
    id, title, variant_title, current_quantity,
  }));
  return [
    shop, body.id, body.name, body.email, body.shipping_address?.name,
    body.shipping_address?.country_code, body.current_total_price, body.currency, body.tags,
    JSON.stringify(items), body.fulfillment_status, body.processed_at, body.cancelled_at,
    body.updated_at,
  ];
}

function fulfillment(shop, one) {
  return [
    shop, one.id, one.order_id, one.status, one.tracking_company, one.tracking_numbers,
    one.updated_at,
  ];
}
