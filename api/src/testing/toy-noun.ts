import * as v from "valibot";
import { defineEvent, defineEvents } from "../events/projector.js";
import type { Sql } from "../database/sql.js";

/** A small noun with two tables, for the tests of the event log: boxes and the things in them. */
export const toyEvents = defineEvents(
  {
    "box.made": defineEvent(v.strictObject({ label: v.string() }), async (sql, event) => {
      await sql.query(
        "insert into boxes (id, label, things, changed_at) values ($1, $2, 0, $3)",
        [event.stream, event.payload.label, event.at],
        "boxes.made",
      );
    }),
    "box.relabelled": defineEvent(v.strictObject({ label: v.string() }), async (sql, event) => {
      await sql.query("update boxes set label = $2, changed_at = $3 where id = $1", [
        event.stream,
        event.payload.label,
        event.at,
      ]);
    }),
    "thing.added": defineEvent(
      v.strictObject({ name: v.string(), tags: v.array(v.string()) }),
      async (sql, event) => {
        await sql.query("insert into things (box, name, tags) values ($1, $2, $3)", [
          event.stream,
          event.payload.name,
          JSON.stringify(event.payload.tags),
        ]);
        await sql.query("update boxes set things = things + 1, changed_at = $2 where id = $1", [
          event.stream,
          event.at,
        ]);
      },
    ),
    "thing.removed": defineEvent(v.strictObject({ name: v.string() }), async (sql, event) => {
      await sql.query("delete from things where box = $1 and name = $2", [event.stream, event.payload.name]);
      await sql.query("update boxes set things = things - 1, changed_at = $2 where id = $1", [
        event.stream,
        event.at,
      ]);
    }),
  },
  { tables: ["boxes", "things"] },
);

/** Makes the toy noun's tables, with the foreign key and the presence-like table that a real noun has. */
export async function createToyTables(sql: Sql): Promise<void> {
  await sql.query(`create table boxes (
    id text primary key, label text not null unique, things int not null, changed_at timestamptz not null,
    shout text generated always as (upper(label)) stored)`);
  await sql.query(`create table things (
    box text not null references boxes deferrable initially immediate, name text not null,
    tags jsonb not null default '[]', primary key (box, name))`);
  await sql.query(`create table box_presence (
    box text primary key references boxes on delete cascade deferrable, seen int not null)`);
}
