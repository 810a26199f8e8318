// What most would build instead: Shopify's own library takes the webhooks, and each becomes a job
// of BullMQ. Two processes share the port. Settings: PORT, REDIS_SOCKET, SHOPIFY_API_SECRET.

import cluster from "node:cluster";

import { shopifyApp } from "@shopify/shopify-app-express";
import { MemorySessionStorage } from "@shopify/shopify-app-session-storage-memory";
import { Queue } from "bullmq";
import express from "express";

const PROCESSES = 2;
const KEPT = { age: 3600 }; // seconds: as long as its id is known, a delivery is not queued again

if (cluster.isPrimary) {
  for (let number = 0; number < PROCESSES; number += 1) cluster.fork();
} else {
  serve();
}

function serve() {
  const queue = new Queue("webhooks", { connection: { path: process.env.REDIS_SOCKET } });

  const enqueue = async (topic, shop, body, webhookId) => {
    const job = { topic, shop, webhookId, body: JSON.parse(body) };
    await queue.add(topic, job, { jobId: webhookId, attempts: 5, removeOnComplete: KEPT });
  };

  const shopify = shopifyApp({
    api: {
      apiKey: "bench",
      apiSecretKey: process.env.SHOPIFY_API_SECRET,
      scopes: ["read_orders"],
      hostName: "peer.example",
      apiVersion: "2026-10",
      isEmbeddedApp: true,
      logger: { level: 0 }, // errors alone
    },
    auth: { path: "/api/auth", callbackPath: "/api/auth/callback" },
    webhooks: { path: "/webhooks" },
    sessionStorage: new MemorySessionStorage(),
  });

  const handler = { deliveryMethod: "http", callbackUrl: "/webhooks", callback: enqueue };
  const app = express();
  app.post(
    "/webhooks",
    shopify.processWebhooks({ webhookHandlers: { ORDERS_CREATE: handler, ORDERS_UPDATED: handler } }),
  );
  app.get("/healthz", (_request, response) => response.sendStatus(200));
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
