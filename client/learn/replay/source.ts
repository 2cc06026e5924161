import { eventsTable } from "../../../functions/core/audit/columns.ts";
import { recordFrom } from "../../audit/source.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { type TargetOptions, targetOf } from "../../target.ts";
import { objectsOf } from "../record/files.ts";
import type { Period } from "../record/period.ts";
import type { Piece } from "../record/read.ts";

/** A piece, and how far the reading is with it. */
export type Step = { piece: Piece; done: number; total: number };
export type SourceOptions = TargetOptions & { events: string; workgroup: string };

const DAY_MS = 86_400_000;
/** What one question of Athena is about: its answers come page by page, and are held until all are there. */
const DAYS_EACH = 7;

/** A time of ours as a literal, as Athena and the local engine read it: nothing that anybody typed is in it. */
const literal = (at: number): string =>
  `TIMESTAMP '${new Date(at).toISOString().replace("T", " ").slice(0, 23)}'`;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The asks of some days, as they are kept. A day is a partition: without it all of the record would be read. */
const sqlOf = ({ from, until }: Period): string =>
  [
    `SELECT event_id, body, hash FROM ${eventsTable.qualified}`,
    `WHERE dt BETWEEN '${day(from)}' AND '${day(until - 1)}' AND event_type = 'grant.requested'`,
    `AND event_time >= ${literal(from)} AND event_time < ${literal(until)}`,
    "ORDER BY event_time, event_id",
  ].join(" ");

async function* fromAthena(options: SourceOptions, { from, until }: Period): AsyncGenerator<Step> {
  const { askAthena, openAthena } = await import("../../audit/athena.ts");
  const client = openAthena(targetOf(options));
  const total = Math.ceil((until - from) / (DAYS_EACH * DAY_MS));
  try {
    for (let done = 0; done < total; done += 1) {
      const start = from + done * DAYS_EACH * DAY_MS;
      const part = { from: start, until: Math.min(until, start + DAYS_EACH * DAY_MS) };
      const question = {
        sql: sqlOf(part),
        database: eventsTable.database,
        workgroup: options.workgroup,
      };
      const { rows } = await askAthena(client, question);
      const kept = rows.map(([id = "an event", body, hash]) => ({ place: id.slice(0, 64), body, hash }));
      yield { piece: { key: `athena ${day(start)}`, rows: kept }, done, total };
    }
  } finally {
    client.destroy();
  }
}

async function* fromSource(options: SourceOptions, period: Period): AsyncGenerator<Step> {
  const { source } = await recordFrom(options.events, options);
  for await (const { key, bytes, done, total } of objectsOf(source, { of: "events", period }))
    yield { piece: { key, bytes }, done, total };
}

/** The record in pieces: of a folder or a bucket its objects, of Athena a week at a time. */
export function piecesOf(options: SourceOptions, period: Period): AsyncGenerator<Step> {
  if (options.events === "") throw new CliError("--events names no record.", exitCodes.usage);
  return options.events === "athena" ? fromAthena(options, period) : fromSource(options, period);
}
