ALTER TABLE "orders" ADD COLUMN "total" numeric(12,2) DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE INDEX "orders_by_customer" ON "orders" ("customer_id");
