-- applied: 0001_initial
CREATE TABLE "buyer" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "company" VARCHAR(120) NOT NULL,
    "phone" VARCHAR(40) NOT NULL,
    "zone" VARCHAR(80) NOT NULL,
    "search" TEXT NOT NULL,
    "verified_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "buyer" IS 'Somebody who sent a request. `email` is stored lower-case and unique.';
CREATE TABLE "catalog_import" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "file_name" VARCHAR(200) NOT NULL,
    "done_by" VARCHAR(254) NOT NULL,
    "summary" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "undone_at" TIMESTAMPTZ
);
COMMENT ON TABLE "catalog_import" IS 'One import that was written. `summary` holds its counts.';
CREATE TABLE "category" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "path" VARCHAR(400) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "position" INT NOT NULL
);
COMMENT ON TABLE "category" IS 'A place in the catalogue. `path` is its names from the top, joined by ` > `.';
CREATE TABLE "device" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "buyer_id" INT REFERENCES "buyer" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_device_buyer_i_ed8a36" ON "device" ("buyer_id");
COMMENT ON TABLE "device" IS 'A browser that shops here, known by a random cookie. `buyer` is set while it is signed in.';
CREATE TABLE "cart" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "status" VARCHAR(8) NOT NULL,
    "discount_code" VARCHAR(40) NOT NULL,
    "zone" VARCHAR(80) NOT NULL,
    "draft" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "device_id" INT NOT NULL REFERENCES "device" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_cart_device__e900c9" ON "cart" ("device_id", "status");
COMMENT ON COLUMN "cart"."status" IS 'OPEN: open\nORDERED: ordered';
COMMENT ON TABLE "cart" IS 'What a device has chosen. `draft` keeps what was typed into the order form.';
CREATE TABLE "discount_code" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "code" VARCHAR(40) NOT NULL,
    "folded" VARCHAR(40) NOT NULL UNIQUE,
    "title" VARCHAR(80) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "amount" VARCHAR(20) NOT NULL,
    "valid_from_date" DATE,
    "valid_to_date" DATE,
    "active" BOOL NOT NULL
);
COMMENT ON COLUMN "discount_code"."kind" IS 'PERCENT: percent\nFIXED: fixed';
COMMENT ON TABLE "discount_code" IS 'A code buyers may enter in the cart. The dates are whole days in the shop''s time zone, both included.';
CREATE TABLE "export" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "done_by" VARCHAR(254) NOT NULL,
    "order_filter" TEXT NOT NULL,
    "shape" VARCHAR(8) NOT NULL,
    "dialect" VARCHAR(12) NOT NULL,
    "orders" INT NOT NULL,
    "file_name" VARCHAR(120) NOT NULL,
    "sha256" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON COLUMN "export"."shape" IS 'ORDERS: orders\nLINES: lines';
COMMENT ON COLUMN "export"."dialect" IS 'SPREADSHEET: spreadsheet\nMACHINE: machine';
COMMENT ON TABLE "export" IS 'Who took which orders out, when and how. The bytes lie in the data folder under `exports/`.';
CREATE TABLE "import_change" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "sku" VARCHAR(80) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "catalog_import_id" INT NOT NULL REFERENCES "catalog_import" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_import_chan_catalog_6dcf6f" ON "import_change" ("catalog_import_id");
COMMENT ON COLUMN "import_change"."kind" IS 'NEW: new\nCHANGED: changed';
COMMENT ON TABLE "import_change" IS 'A product an import made or changed, with its values `before` and `after`.';
CREATE TABLE "import_mapping" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "signature" VARCHAR(64) NOT NULL UNIQUE,
    "mapping" JSONB NOT NULL
);
COMMENT ON TABLE "import_mapping" IS 'How the columns of a kind of file were understood, remembered by the folded header row.';
CREATE TABLE "legal_text" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(8) NOT NULL,
    "language" VARCHAR(5) NOT NULL,
    "version" INT NOT NULL,
    "text" TEXT NOT NULL,
    "sha256" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_legal_text_kind_9a7ed6" UNIQUE ("kind", "language", "version")
);
COMMENT ON COLUMN "legal_text"."kind" IS 'PRIVACY: privacy\nTERMS: terms';
COMMENT ON TABLE "legal_text" IS 'One version of a legal text. A version is never changed, a new one is added.';
CREATE TABLE "order" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "number" VARCHAR(40) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "company" VARCHAR(120) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "phone" VARCHAR(40) NOT NULL,
    "buyer_reference" VARCHAR(80) NOT NULL,
    "comments" TEXT NOT NULL,
    "zone" VARCHAR(80) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "verification" VARCHAR(12) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "price_note" VARCHAR(120) NOT NULL,
    "prices_hidden" BOOL NOT NULL,
    "lines_total" BIGINT NOT NULL,
    "discounts" BIGINT NOT NULL,
    "surcharges" BIGINT NOT NULL,
    "total" BIGINT NOT NULL,
    "references" TEXT NOT NULL,
    "search" TEXT NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "privacy_sha256" VARCHAR(64) NOT NULL,
    "privacy_accepted_at" TIMESTAMPTZ,
    "language" VARCHAR(5) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "received_at" TIMESTAMPTZ,
    "confirmed_at" TIMESTAMPTZ,
    "confirmed_by" VARCHAR(254) NOT NULL,
    "opened_at" TIMESTAMPTZ,
    "revision" INT NOT NULL,
    "buyer_id" INT REFERENCES "buyer" ("id") ON DELETE SET NULL,
    "duplicate_of_id" INT REFERENCES "order" ("id") ON DELETE SET NULL,
    "privacy_text_id" INT REFERENCES "legal_text" ("id") ON DELETE RESTRICT,
    "cart_id" INT  UNIQUE REFERENCES "cart" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_order_created_a653c8" ON "order" ("created_at");
CREATE INDEX "idx_order_status_4d7d61" ON "order" ("status", "created_at");
CREATE INDEX "idx_order_verific_af88ff" ON "order" ("verification", "created_at");
CREATE INDEX "idx_order_buyer_i_413ace" ON "order" ("buyer_id", "created_at");
CREATE INDEX "idx_order_company_834d43" ON "order" ("company");
CREATE INDEX "idx_order_total_301ce5" ON "order" ("total");
CREATE INDEX "idx_order_fingerp_2fb314" ON "order" ("fingerprint", "created_at");
COMMENT ON COLUMN "order"."status" IS 'PENDING: pending\nTO_BE_REVIEWED: to_be_reviewed\nPROCESSED: processed\nERROR: error';
COMMENT ON COLUMN "order"."verification" IS 'UNVERIFIED: unverified\nVERIFIED: verified\nOVERRIDDEN: overridden';
COMMENT ON TABLE "order" IS 'A request, with its own snapshot of buyer, prices and privacy text. Amounts are minor units of `currency`.';
CREATE TABLE "link" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "purpose" VARCHAR(8) NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "email" VARCHAR(254) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "used_at" TIMESTAMPTZ,
    "buyer_id" INT REFERENCES "buyer" ("id") ON DELETE CASCADE,
    "order_id" INT REFERENCES "order" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_link_order_i_cd5bf8" ON "link" ("order_id", "purpose");
CREATE INDEX "idx_link_buyer_i_e34f07" ON "link" ("buyer_id");
COMMENT ON COLUMN "link"."purpose" IS 'VERIFY: verify\nREQUEST: request\nSIGN_IN: sign_in\nCSV: csv\nCONFIRM: confirm';
COMMENT ON TABLE "link" IS 'A token somebody was given. The token itself is never stored, only its SHA-256 with the purpose.';
CREATE TABLE "order_charge" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "position" INT NOT NULL,
    "kind" VARCHAR(10) NOT NULL,
    "code" VARCHAR(40) NOT NULL,
    "title" VARCHAR(80) NOT NULL,
    "reason" VARCHAR(250) NOT NULL,
    "amount" BIGINT NOT NULL,
    "order_id" INT NOT NULL REFERENCES "order" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_order_charg_order_i_be111e" ON "order_charge" ("order_id");
COMMENT ON COLUMN "order_charge"."kind" IS 'DISCOUNT: discount\nSURCHARGE: surcharge';
COMMENT ON TABLE "order_charge" IS 'A discount (negative) or surcharge of an order, with its reason in words. `amount` is minor units.';
CREATE TABLE "order_counter" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "year" INT NOT NULL UNIQUE,
    "last_number" INT NOT NULL
);
COMMENT ON TABLE "order_counter" IS 'The last running number given in a year.';
CREATE TABLE "order_event" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(12) NOT NULL,
    "actor" VARCHAR(254) NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "order_id" INT NOT NULL REFERENCES "order" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_order_event_order_i_bd254e" ON "order_event" ("order_id");
COMMENT ON COLUMN "order_event"."kind" IS 'PLACED: placed\nADDRESS: address\nVERIFIED: verified\nOVERRIDDEN: overridden\nCONFIRMED: confirmed\nSTATUS: status\nEXPORTED: exported\nSENT: sent\nNOTE: note';
COMMENT ON TABLE "order_event" IS 'Who did what to an order, and when. `actor` is a seller''s address, `buyer` or `system`.';
CREATE TABLE "product" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "sku" VARCHAR(80) NOT NULL UNIQUE,
    "name" VARCHAR(250) NOT NULL,
    "description" TEXT NOT NULL,
    "price" BIGINT,
    "unit" VARCHAR(40) NOT NULL,
    "pack_size" INT NOT NULL,
    "minimum_quantity" INT NOT NULL,
    "breaks" JSONB NOT NULL,
    "stock" INT,
    "ean" VARCHAR(20) NOT NULL,
    "active" BOOL NOT NULL,
    "options" JSONB NOT NULL,
    "is_parent" BOOL NOT NULL,
    "search" TEXT NOT NULL,
    "sort_name" VARCHAR(250) NOT NULL,
    "edited_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "category_id" INT REFERENCES "category" ("id") ON DELETE SET NULL,
    "parent_id" INT REFERENCES "product" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_product_categor_2b519b" ON "product" ("category_id");
CREATE INDEX "idx_product_parent__1d9d85" ON "product" ("parent_id");
CREATE INDEX "idx_product_ean_5c5cf1" ON "product" ("ean");
CREATE INDEX "idx_product_active_107400" ON "product" ("active", "sort_name");
CREATE INDEX "idx_product_active_3a0981" ON "product" ("active", "price");
COMMENT ON TABLE "product" IS 'Something a buyer can ask for, or the parent that holds its variants together.';
CREATE TABLE "cart_line" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "quantity" INT NOT NULL,
    "cart_id" INT NOT NULL REFERENCES "cart" ("id") ON DELETE CASCADE,
    "product_id" INT NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_cart_line_cart_id_0050f2" UNIQUE ("cart_id", "product_id")
);
CREATE INDEX "idx_cart_line_product_43dba5" ON "cart_line" ("product_id");
COMMENT ON TABLE "cart_line" IS 'A product in a cart.';
CREATE TABLE "order_line" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "line_no" INT NOT NULL,
    "sku" VARCHAR(80) NOT NULL,
    "name" VARCHAR(400) NOT NULL,
    "quantity" INT NOT NULL,
    "unit" VARCHAR(40) NOT NULL,
    "unit_price" BIGINT,
    "line_total" BIGINT NOT NULL,
    "order_id" INT NOT NULL REFERENCES "order" ("id") ON DELETE CASCADE,
    "product_id" INT REFERENCES "product" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_order_line_order_i_11a43d" UNIQUE ("order_id", "line_no")
);
CREATE INDEX "idx_order_line_product_c61e07" ON "order_line" ("product_id");
CREATE INDEX "idx_order_line_sku_fa1898" ON "order_line" ("sku");
COMMENT ON TABLE "order_line" IS 'One product of an order as it was sent. `line_total` is minor units.';
CREATE TABLE "picture" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "position" INT NOT NULL,
    "source" VARCHAR(1000) NOT NULL,
    "file" VARCHAR(80) NOT NULL,
    "error" VARCHAR(200) NOT NULL,
    "product_id" INT NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_picture_product_0bc05c" ON "picture" ("product_id");
CREATE INDEX "idx_picture_source_e28ce4" ON "picture" ("source");
CREATE INDEX "idx_picture_file_9fa600" ON "picture" ("file");
COMMENT ON TABLE "picture" IS 'A picture of a product: `file` in the media folder once it is there, `source` where it comes from.';
CREATE TABLE "seller" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "seller" IS 'Somebody who may sign in to the desk.';
CREATE TABLE "seller_session" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "seller_id" INT NOT NULL REFERENCES "seller" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_seller_sess_seller__13bf61" ON "seller_session" ("seller_id");
COMMENT ON TABLE "seller_session" IS 'A browser in which a seller is signed in. The cookie holds the token, the database its hash.';
CREATE TABLE "shop" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "logo" VARCHAR(80) NOT NULL,
    "color" VARCHAR(7) NOT NULL,
    "cover_text" TEXT NOT NULL,
    "contact" TEXT NOT NULL,
    "language" VARCHAR(5) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "price_note" VARCHAR(120) NOT NULL,
    "prices_hidden" BOOL NOT NULL,
    "order_prefix" VARCHAR(12) NOT NULL,
    "management_emails" JSONB NOT NULL,
    "unverified_days" INT NOT NULL,
    "mail_host" VARCHAR(255) NOT NULL,
    "mail_port" INT NOT NULL,
    "mail_security" VARCHAR(8) NOT NULL,
    "mail_username" VARCHAR(255) NOT NULL,
    "mail_password" TEXT NOT NULL,
    "mail_sender" VARCHAR(254) NOT NULL,
    "mail_reply_to" VARCHAR(254) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "shop" IS 'The parameters of the one shop (a single row, id 1).';
CREATE TABLE "surcharge" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "title" VARCHAR(80) NOT NULL,
    "code" VARCHAR(20) NOT NULL,
    "kind" VARCHAR(10) NOT NULL,
    "amount" VARCHAR(20) NOT NULL,
    "tranches" JSONB NOT NULL,
    "zone" VARCHAR(80) NOT NULL,
    "position" INT NOT NULL,
    "active" BOOL NOT NULL
);
COMMENT ON COLUMN "surcharge"."kind" IS 'FIXED: fixed\nPERCENT: percent\nTRANCHES: tranches\nZONE: zone';
COMMENT ON TABLE "surcharge" IS 'One surcharge of the terms of sale.';
CREATE TABLE "transfer_target" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "protocol" VARCHAR(14) NOT NULL,
    "host" VARCHAR(255) NOT NULL,
    "port" INT NOT NULL,
    "folder" VARCHAR(400) NOT NULL,
    "username" VARCHAR(255) NOT NULL,
    "password" TEXT NOT NULL,
    "private_key" TEXT NOT NULL,
    "host_key" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "file_name" VARCHAR(120) NOT NULL,
    "shape" VARCHAR(8) NOT NULL,
    "dialect" VARCHAR(12) NOT NULL,
    "trigger" VARCHAR(10) NOT NULL,
    "active" BOOL NOT NULL,
    "last_seq" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON COLUMN "transfer_target"."protocol" IS 'SFTP: sftp\nFTP: ftp\nFTPS_EXPLICIT: ftps_explicit\nFTPS_IMPLICIT: ftps_implicit';
COMMENT ON COLUMN "transfer_target"."shape" IS 'ORDERS: orders\nLINES: lines';
COMMENT ON COLUMN "transfer_target"."dialect" IS 'SPREADSHEET: spreadsheet\nMACHINE: machine';
COMMENT ON COLUMN "transfer_target"."trigger" IS 'RECEIVED: received\nCONFIRMED: confirmed\nBY_HAND: by_hand';
COMMENT ON TABLE "transfer_target" IS 'A folder on a server. Secrets are encrypted with the key file and never shown again.';
CREATE TABLE "outbox_message" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "channel" VARCHAR(10) NOT NULL,
    "purpose" VARCHAR(16) NOT NULL,
    "identity" VARCHAR(200) NOT NULL UNIQUE,
    "recipient" VARCHAR(254) NOT NULL,
    "title" VARCHAR(250) NOT NULL,
    "content" BYTEA NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "lease_token" VARCHAR(32) NOT NULL,
    "last_error" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "order_id" INT REFERENCES "order" ("id") ON DELETE CASCADE,
    "target_id" INT REFERENCES "transfer_target" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_outbox_mess_status_31f207" ON "outbox_message" ("status", "due_at");
CREATE INDEX "idx_outbox_mess_order_i_5f0505" ON "outbox_message" ("order_id");
CREATE INDEX "idx_outbox_mess_target__e00eff" ON "outbox_message" ("target_id");
CREATE INDEX "idx_outbox_mess_created_ac71d0" ON "outbox_message" ("created_at");
COMMENT ON COLUMN "outbox_message"."channel" IS 'MAIL: mail\nTRANSFER: transfer';
COMMENT ON COLUMN "outbox_message"."purpose" IS 'VERIFY: verify\nSIGN_IN: sign_in\nRECEIVED: received\nCONFIRMED: confirmed\nSTATUS_CHANGED: status_changed\nNOTICE: notice\nTEST: test\nTRANSFER: transfer';
COMMENT ON COLUMN "outbox_message"."status" IS 'PENDING: pending\nSENDING: sending\nSENT: sent\nCAPTURED: captured\nFAILED: failed';
COMMENT ON TABLE "outbox_message" IS 'One effect for one recipient. `content` is exactly what goes out: MIME bytes or a file''s bytes.';
CREATE TABLE "delivery_attempt" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ NOT NULL,
    "succeeded" BOOL NOT NULL,
    "text" VARCHAR(500) NOT NULL,
    "message_id" INT NOT NULL REFERENCES "outbox_message" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_delivery_at_message_e23e2e" ON "delivery_attempt" ("message_id");
COMMENT ON TABLE "delivery_attempt" IS 'One try to deliver a message.';
-- applied: 0002_held
-- applied: 0003_nothing_lost
CREATE TABLE "exported_order" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "export_id" INT NOT NULL REFERENCES "export" ("id") ON DELETE CASCADE,
    "order_id" INT NOT NULL REFERENCES "order" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_exported_or_export__9f277c" UNIQUE ("export_id", "order_id")
);
CREATE INDEX "idx_exported_or_order_i_efd72c" ON "exported_order" ("order_id");
COMMENT ON TABLE "exported_order" IS 'An order that an export took out.';
CREATE TABLE "pause" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "lane" INT NOT NULL UNIQUE,
    "code" VARCHAR(40) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "since" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "pause" IS 'A lane of the outbox that stands still until somebody mends what is wrong: a password, a key, a certificate.';
ALTER TABLE "delivery_attempt" ADD COLUMN "code" VARCHAR(40) NOT NULL DEFAULT '';
ALTER TABLE "delivery_attempt" ADD COLUMN "remote_name" VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE "delivery_attempt" ADD COLUMN "size" INT NOT NULL DEFAULT 0;
ALTER TABLE "export" ADD COLUMN "undone_at" TIMESTAMPTZ;
ALTER TABLE "export" ADD COLUMN "undone_by" VARCHAR(254) NOT NULL DEFAULT '';
ALTER TABLE "outbox_message" ADD COLUMN "last_code" VARCHAR(40) NOT NULL DEFAULT '';
ALTER TABLE "outbox_message" ADD COLUMN "leased_until" TIMESTAMPTZ;
INSERT INTO "exported_order" ("export_id", "order_id")
               SELECT DISTINCT "export"."id", "order_event"."order_id" FROM "export" JOIN "order_event"
               ON "order_event"."kind" = 'exported' AND "order_event"."text" = "export"."file_name"
               AND "order_event"."created_at" = "export"."created_at";
-- applied: 0004_keys_in_order
ALTER TABLE "import_change" ALTER COLUMN "after" TYPE JSON USING "after"::text::json;
ALTER TABLE "import_change" ALTER COLUMN "before" TYPE JSON USING "before"::text::json;
ALTER TABLE "product" ALTER COLUMN "options" TYPE JSON USING "options"::text::json;
-- applied: 0005_exports_taken_back
-- applied: 0006_doors
CREATE TABLE "recovery_code" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "code_hash" VARCHAR(64) NOT NULL UNIQUE,
    "seller_id" INT NOT NULL REFERENCES "seller" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_recovery_co_seller__98c3e7" ON "recovery_code" ("seller_id");
COMMENT ON TABLE "recovery_code" IS 'A code that stands in for the second factor once. Only its hash is kept, and it is deleted when it is used.';
ALTER TABLE "link" ADD COLUMN "seller_id" INT REFERENCES "seller" ("id") ON DELETE CASCADE;
CREATE INDEX "idx_link_seller__e5ecf4" ON "link" ("seller_id");
ALTER TABLE "seller" ADD COLUMN "role" VARCHAR(8) NOT NULL DEFAULT 'owner';
ALTER TABLE "seller" ADD COLUMN "totp_secret" VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE "seller" ADD COLUMN "totp_step" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "seller_session" ADD COLUMN "browser" VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE "seller_session" ADD COLUMN "seen_at" TIMESTAMPTZ;
-- applied: 0007_privacy
CREATE TABLE "audit_entry" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(254) NOT NULL,
    "about" VARCHAR(200) NOT NULL,
    "seller_id" INT REFERENCES "seller" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_audit_entry_at_c3f19e" ON "audit_entry" ("at");
CREATE INDEX "idx_audit_entry_kind_ae14f6" ON "audit_entry" ("kind", "at");
CREATE INDEX "idx_audit_entry_seller__d6a1ab" ON "audit_entry" ("seller_id", "at");
COMMENT ON COLUMN "audit_entry"."kind" IS 'what was done';
COMMENT ON TABLE "audit_entry" IS 'One line of the audit log.';
ALTER TABLE "buyer" ADD COLUMN "erased_at" TIMESTAMPTZ;
ALTER TABLE "order" ADD COLUMN "erased_at" TIMESTAMPTZ;
ALTER TABLE "order" ADD COLUMN "locked_at" TIMESTAMPTZ;
ALTER TABLE "shop" ADD COLUMN "retention_years" INT NOT NULL DEFAULT 10;
-- applied: 0008_workbooks
-- applied: 0009_lists
CREATE TABLE "order_list" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "buyer_id" INT NOT NULL REFERENCES "buyer" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_order_list_buyer_i_7a6465" ON "order_list" ("buyer_id");
COMMENT ON TABLE "order_list" IS 'A list of a buyer. What is on it is in no cart yet and costs what it costs when it is ordered.';
CREATE TABLE "order_list_line" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "quantity" INT NOT NULL,
    "list_id" INT NOT NULL REFERENCES "order_list" ("id") ON DELETE CASCADE,
    "product_id" INT NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_order_list__list_id_58f2de" UNIQUE ("list_id", "product_id")
);
CREATE INDEX "idx_order_list__product_68c08f" ON "order_list_line" ("product_id");
COMMENT ON TABLE "order_list_line" IS 'A product on a list.';
-- applied: 0010_checkout
ALTER TABLE "buyer" ADD COLUMN "delivery_city" VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "delivery_country" VARCHAR(2) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "delivery_postcode" VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "delivery_street" VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "invoice_city" VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "invoice_country" VARCHAR(2) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "invoice_postcode" VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "invoice_street" VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE "buyer" ADD COLUMN "vat_number" VARCHAR(24) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "delivery_city" VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "delivery_country" VARCHAR(2) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "delivery_postcode" VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "delivery_street" VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "invoice_city" VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "invoice_country" VARCHAR(2) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "invoice_postcode" VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "invoice_street" VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "vat_number" VARCHAR(24) NOT NULL DEFAULT '';
ALTER TABLE "device" ADD COLUMN "forgot_at" TIMESTAMPTZ;
ALTER TABLE "order" ADD COLUMN "requested_date" DATE;
-- applied: 0011_buyer_groups
CREATE TABLE "buyer_group" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL UNIQUE,
    "percent" VARCHAR(20) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "buyer_group" IS 'Buyers who get a percentage off the list prices, prices of their own, or both.';
CREATE TABLE "group_price" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "price" BIGINT NOT NULL,
    "group_id" INT NOT NULL REFERENCES "buyer_group" ("id") ON DELETE CASCADE,
    "product_id" INT NOT NULL REFERENCES "product" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_group_price_group_i_976765" UNIQUE ("group_id", "product_id")
);
CREATE INDEX "idx_group_price_product_f15470" ON "group_price" ("product_id");
COMMENT ON TABLE "group_price" IS 'What one product costs a group, in place of its list price.';
ALTER TABLE "buyer" ADD COLUMN "group_id" INT REFERENCES "buyer_group" ("id") ON DELETE SET NULL;
ALTER TABLE "buyer" ADD COLUMN "standing" VARCHAR(8) NOT NULL DEFAULT 'new';
CREATE INDEX "idx_buyer_group_i_639250" ON "buyer" ("group_id");
UPDATE "buyer" SET "standing" = 'approved' WHERE "verified_at" IS NOT NULL;
ALTER TABLE "shop" ADD COLUMN "approves_buyers" BOOL NOT NULL DEFAULT FALSE;
ALTER TABLE "shop" ADD COLUMN "few_left" INT NOT NULL DEFAULT 5;
ALTER TABLE "shop" ADD COLUMN "prices_for" VARCHAR(12) NOT NULL DEFAULT 'everybody';
ALTER TABLE "shop" ADD COLUMN "stock_shown" VARCHAR(8) NOT NULL DEFAULT 'number';
-- applied: 0012_languages
ALTER TABLE "product" ADD COLUMN "texts" JSON;
ALTER TABLE "buyer" ADD COLUMN "language" VARCHAR(5) NOT NULL DEFAULT '';
ALTER TABLE "seller" ADD COLUMN "language" VARCHAR(5) NOT NULL DEFAULT '';
-- applied: 0013_words
ALTER TABLE "category" ADD COLUMN "texts" JSON;
-- applied: 0014_cover_texts
ALTER TABLE "shop" ADD COLUMN "texts" JSON;
-- applied: 0015_away
ALTER TABLE "shop" ADD COLUMN "away_text" VARCHAR(500) NOT NULL DEFAULT '';
ALTER TABLE "shop" ADD COLUMN "away_from" DATE;
ALTER TABLE "shop" ADD COLUMN "away_until" DATE;
-- applied: 0016_prices_and_notes
CREATE TABLE "buyer_note" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "text" TEXT NOT NULL,
    "actor" VARCHAR(254) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "buyer_id" INT NOT NULL REFERENCES "buyer" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_buyer_note_buyer_i_c8ff18" ON "buyer_note" ("buyer_id");
COMMENT ON TABLE "buyer_note" IS 'What a seller noted about a buyer, for the sellers alone. `actor` is a seller''s address as it was then.';
ALTER TABLE "catalog_import" ADD COLUMN "price_rule" JSONB;
-- applied: 0017_edited
-- applied: 0018_views
CREATE TABLE "saved_view" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(60) NOT NULL,
    "query" TEXT NOT NULL,
    "shared" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "seller_id" INT NOT NULL REFERENCES "seller" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_saved_view_seller__2488bf" ON "saved_view" ("seller_id");
COMMENT ON TABLE "saved_view" IS 'Which orders, in which order and columns. `query` is what stands in the desk''s address, without a page.';
CREATE TABLE "default_view" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "view_id" INT NOT NULL REFERENCES "saved_view" ("id") ON DELETE CASCADE,
    "seller_id" INT NOT NULL UNIQUE REFERENCES "seller" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_default_vie_view_id_0e4d3e" ON "default_view" ("view_id");
COMMENT ON TABLE "default_view" IS 'The view a seller opens the desk with, which another may have shared.';
-- applied: 0019_rules
CREATE TABLE "terms_version" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "sha256" VARCHAR(64) NOT NULL UNIQUE,
    "rules" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "terms_version" IS 'A set of rules that at least one order was priced by. Its id is its version.';
ALTER TABLE "order" ADD COLUMN "terms_version_id" INT REFERENCES "terms_version" ("id") ON DELETE SET NULL;
-- applied: 0020_export_profiles
CREATE TABLE "export_profile" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "shape" VARCHAR(8) NOT NULL,
    "dialect" VARCHAR(12) NOT NULL,
    "columns" JSONB NOT NULL,
    "delimiter" VARCHAR(12) NOT NULL,
    "decimal_sign" VARCHAR(12) NOT NULL,
    "encoding" VARCHAR(12) NOT NULL,
    "has_mark" BOOL NOT NULL,
    "times" VARCHAR(12) NOT NULL,
    "file_name" VARCHAR(120) NOT NULL,
    "per_order" BOOL NOT NULL,
    "status_after" VARCHAR(16),
    "rhythm" VARCHAR(8) NOT NULL,
    "weekday" INT NOT NULL,
    "at" VARCHAR(5) NOT NULL,
    "recipients" JSONB NOT NULL,
    "since" TIMESTAMPTZ,
    "ran_at" TIMESTAMPTZ,
    "trouble" VARCHAR(500) NOT NULL,
    "last_seq" INT NOT NULL,
    "is_restored" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "target_id" INT REFERENCES "transfer_target" ("id") ON DELETE SET NULL
);
COMMENT ON COLUMN "export_profile"."shape" IS 'what a row is';
COMMENT ON COLUMN "export_profile"."dialect" IS 'for whom it is written';
COMMENT ON COLUMN "export_profile"."delimiter" IS 'of a CSV';
COMMENT ON COLUMN "export_profile"."decimal_sign" IS 'of a CSV';
COMMENT ON COLUMN "export_profile"."encoding" IS 'of a CSV';
COMMENT ON COLUMN "export_profile"."times" IS 'how times are written';
COMMENT ON COLUMN "export_profile"."status_after" IS 'of its orders, afterwards';
COMMENT ON COLUMN "export_profile"."rhythm" IS 'how often';
COMMENT ON TABLE "export_profile" IS 'What a file holds and looks like, what becomes of its orders, and when it goes where by itself.';
ALTER TABLE "export" ADD COLUMN "profile_id" INT REFERENCES "export_profile" ("id") ON DELETE SET NULL;
ALTER TABLE "outbox_message" ADD COLUMN "export_id" INT REFERENCES "export" ("id") ON DELETE SET NULL;
CREATE INDEX "idx_outbox_mess_export__8325b9" ON "outbox_message" ("export_id");
ALTER TABLE "transfer_target" ADD COLUMN "profile_id" INT REFERENCES "export_profile" ("id") ON DELETE SET NULL;
-- applied: 0021_product_indexes
DROP INDEX "idx_product_active_107400";
DROP INDEX "idx_product_active_3a0981";
CREATE INDEX "idx_product_sort_na_22becd" ON "product" ("sort_name");
-- applied: 0022_any_size
DROP INDEX "idx_order_company_834d43";
DROP INDEX "idx_order_total_301ce5";
ALTER TABLE "order" ADD COLUMN "exported_at" TIMESTAMPTZ;
UPDATE "order" SET "exported_at" = (
                   SELECT MAX("export"."created_at") FROM "exported_order"
                   JOIN "export" ON "export"."id" = "exported_order"."export_id" AND "export"."undone_at" IS NULL
                   WHERE "exported_order"."order_id" = "order"."id")
               WHERE "id" IN (SELECT "order_id" FROM "exported_order");
CREATE INDEX "idx_order_status_01cb66" ON "order" ("status", "confirmed_at", "received_at");
CREATE INDEX "idx_order_exporte_b7f1af" ON "order" ("exported_at", "received_at");
CREATE INDEX "idx_order_lines_t_8b14c1" ON "order" ("lines_total", "id");
CREATE INDEX "idx_order_discoun_f24a6e" ON "order" ("discounts", "id");
CREATE INDEX "idx_order_surchar_73a2a8" ON "order" ("surcharges", "id");
CREATE INDEX "idx_order_total_b44786" ON "order" ("total", "id");
CREATE INDEX "idx_order_folded_company" ON "order" (LOWER("company"), "id");
DROP INDEX "idx_order_line_sku_fa1898";
CREATE INDEX "idx_order_line_sku_7c1c51" ON "order_line" ("sku", "order_id");
DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm' AND (installed_version IS NOT NULL OR has_database_privilege(current_database(), 'CREATE'))) THEN CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE INDEX "idx_order_search" ON "order" USING gin ("search" gin_trgm_ops); END IF; END $$;
-- applied: 0023_buyers_orders
ALTER TABLE "buyer" ADD COLUMN "last_order_at" TIMESTAMPTZ NOT NULL DEFAULT '1970-01-01 00:00:00+00:00';
ALTER TABLE "buyer" ADD COLUMN "orders_count" INT NOT NULL DEFAULT 0;
ALTER TABLE "buyer" ADD COLUMN "orders_value" BIGINT NOT NULL DEFAULT 0;
UPDATE "buyer" SET
    "orders_count" = (SELECT COUNT(*) FROM "order" WHERE "buyer_id" = "buyer"."id"),
    "last_order_at" = COALESCE((SELECT MAX("created_at") FROM "order" WHERE "buyer_id" = "buyer"."id"), '1970-01-01 00:00:00+00:00'),
    "orders_value" = COALESCE((
        SELECT SUM("total") FROM "order"
        WHERE "buyer_id" = "buyer"."id" AND "currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1)), 0);
CREATE FUNCTION "count_order" () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP <> 'INSERT' THEN UPDATE "buyer" SET "orders_count" = "orders_count" - 1, "last_order_at" = COALESCE((SELECT MAX("created_at") FROM "order" WHERE "buyer_id" = old."buyer_id"), '1970-01-01 00:00:00+00:00'), "orders_value" = "orders_value" - CASE WHEN old."currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1) THEN old."total" ELSE 0 END WHERE "id" = old."buyer_id"; END IF; IF TG_OP <> 'DELETE' THEN UPDATE "buyer" SET "orders_count" = "orders_count" + 1, "last_order_at" = GREATEST("last_order_at", new."created_at"), "orders_value" = "orders_value" + CASE WHEN new."currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1) THEN new."total" ELSE 0 END WHERE "id" = new."buyer_id"; END IF; RETURN NULL; END $$;
CREATE TRIGGER "order_buyer" AFTER INSERT OR DELETE OR UPDATE OF "buyer_id", "total", "currency", "created_at" ON "order" FOR EACH ROW EXECUTE FUNCTION "count_order" ();
CREATE INDEX "idx_buyer_orders__f3d219" ON "buyer" ("orders_count", "id");
CREATE INDEX "idx_buyer_last_or_3a56f9" ON "buyer" ("last_order_at", "id");
CREATE INDEX "idx_buyer_orders__761136" ON "buyer" ("orders_value", "id");
CREATE INDEX "idx_buyer_folded_company" ON "buyer" (LOWER("company"), "id");
-- applied: 0024_searches
ALTER TABLE "outbox_message" ADD COLUMN "order_number" VARCHAR(40) NOT NULL DEFAULT '';
UPDATE "outbox_message"
               SET "order_number" = COALESCE(
                   (SELECT "number" FROM "order" WHERE "id" = "outbox_message"."order_id"), '')
               WHERE "order_id" IS NOT NULL;
CREATE INDEX "idx_buyer_standin_3d66ac" ON "buyer" ("standing");
CREATE INDEX "idx_buyer_verifie_3519a7" ON "buyer" ("verified_at");
DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN CREATE INDEX "idx_buyer_search" ON "buyer" USING gin ("search" gin_trgm_ops, "email" gin_trgm_ops); CREATE INDEX "idx_message_search" ON "outbox_message" USING gin (UPPER(CAST("recipient" AS VARCHAR)) gin_trgm_ops, UPPER(CAST("title" AS VARCHAR)) gin_trgm_ops, UPPER(CAST("order_number" AS VARCHAR)) gin_trgm_ops); END IF; END $$;
-- applied: 0025_asked_for
CREATE INDEX "idx_order_duplica_2b5023" ON "order" ("duplicate_of_id");
CREATE INDEX "idx_order_terms_v_9b943d" ON "order" ("terms_version_id");
DROP INDEX "idx_order_line_product_c61e07";
CREATE INDEX "idx_order_line_product_007471" ON "order_line" ("product_id", "order_id");
DROP INDEX "idx_outbox_mess_target__e00eff";
CREATE INDEX "idx_outbox_mess_target__6abd42" ON "outbox_message" ("target_id", "status");
CREATE INDEX "idx_outbox_mess_recipie_87eed0" ON "outbox_message" ("recipient");
-- applied: 0026_figures
DROP INDEX "idx_order_status_01cb66";
CREATE INDEX "idx_order_open" ON "order" ("status", "received_at", "duplicate_of_id", "total")
    WHERE "confirmed_at" IS NULL;
DROP INDEX "idx_order_created_a653c8";
CREATE INDEX "idx_order_created_de05b6" ON "order" ("created_at", "id", "received_at", "currency", "total");
DROP INDEX "idx_outbox_mess_order_i_5f0505";
CREATE INDEX "idx_outbox_mess_order_i_d0e614" ON "outbox_message" ("order_id", "purpose");
-- applied: 0027_sort_names
ALTER TABLE "buyer" ADD COLUMN "sort_name" VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE "order" ADD COLUMN "sort_name" VARCHAR(120) NOT NULL DEFAULT '';
DROP INDEX "idx_buyer_folded_company";
DROP INDEX "idx_order_folded_company";
CREATE INDEX "idx_buyer_sort_na_b50f4a" ON "buyer" ("sort_name", "id");
CREATE INDEX "idx_order_sort_na_e9813e" ON "order" ("sort_name", "id");
