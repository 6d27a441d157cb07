-- Names that need care; nothing that LATIN1 does not have.
SET client_min_messages = warning;
CREATE SCHEMA "Größe ""x"".y";
CREATE TYPE "Größe ""x"".y"."Ça va?" AS ENUM ('été', 'a''b', '"', 'a: b', '');
CREATE TABLE "Größe ""x"".y"."ñandú.t" (
	"a: b" "Größe ""x"".y"."Ça va?" DEFAULT 'été',
	"  | " integer DEFAULT 1 CHECK ("  | " > 0),
	"line
break" text DEFAULT E'line\nbreak\ttab\\ back''s é',
	"select" integer,
	"ÀÉÎ" text CHECK ("ÀÉÎ" IN ('é', 'ü')),
	"ééééééééééééééééééééééééééééééé" text UNIQUE,
	PRIMARY KEY ("a: b", "select")
);
CREATE INDEX "#1" ON "Größe ""x"".y"."ñandú.t" ("  | ", ("ÀÉÎ" || 'ö'));
CREATE INDEX "é" ON "Größe ""x"".y"."ñandú.t" ("select");
CREATE INDEX z ON "Größe ""x"".y"."ñandú.t" ("select");
CREATE FUNCTION "Größe ""x"".y"."f(x)"("é" "Größe ""x"".y"."Ça va?", "b c" text DEFAULT 'ß') RETURNS text LANGUAGE sql AS 'SELECT ''äöü
\ ''';
CREATE VIEW "Größe ""x"".y"."table x" AS SELECT "a: b" AS "é", "line
break", '%'::text AS "?column?" FROM "Größe ""x"".y"."ñandú.t" "ë" WHERE "ÀÉÎ" <> 'é';
COMMENT ON TABLE "Größe ""x"".y"."ñandú.t" IS 'Straße
table public.not_a_line
  column "x": y';
