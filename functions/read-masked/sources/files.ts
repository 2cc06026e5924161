import * as z from "zod";
import type { Content, Found, Objects } from "../../aws/rows/objects.ts";
import { bucketOf, keyPart } from "../../core/kinds/scopes.ts";
import { holds } from "../../core/masking/filter.ts";
import type { FileFormat, Source } from "../../core/masking/masking.ts";
import { stepsOf } from "../../core/masking/paths.ts";
import { readCsv, readCsvHeader } from "../../core/masking/rows/csv.ts";
import { readJsonLines } from "../../core/masking/rows/jsonl.ts";
import { readParquetRows } from "../../core/masking/rows/parquet.ts";
import type { ReadRow } from "../../core/masking/rows/read-row.ts";
import type { Piece, Reading } from "./source.ts";

type Files = Extract<Source, { from: "files" }>;

/** Of the object that was being read, and where in it the next row begins: a byte, or the number of a row. */
const position = z.strictObject({ key: z.string(), etag: z.string(), from: z.int().min(0) });
type Position = z.infer<typeof position>;

const endings: Record<string, FileFormat> = {
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
};
const formatOf = ({ formats }: Files, key: string): FileFormat | undefined => {
  const [, format] = Object.entries(endings).find(([ending]) => key.endsWith(ending)) ?? [];
  return format && formats.includes(format) ? format : undefined;
};

/** Where the grant's objects are: under a prefix, or by their keys; relative to the resource's own prefix. */
type Scope = { prefix?: string; keys?: string[] };
const covers = ({ prefix, keys }: Scope, object: string): boolean =>
  keys ? keys.includes(object) : object.startsWith(prefix ?? "");

// A header is far smaller; of a longer one no page can be.
const HEADER_BYTES = 262_144;

class Changed extends Error {}
const unchanged = (content: Content | "changed"): Content => {
  if (content === "changed") throw new Changed();
  return content;
};

/** The rows of one object from somewhere in it. */
async function* rowsOf(
  objects: Objects,
  { bucket, found, from, source, known }: Where & { found: Found; from: number },
): AsyncGenerator<ReadRow> {
  const format = formatOf(source, found.key);
  const read = async (range: { from: number; to?: number }) =>
    unchanged(await objects.read(bucket, found, range));
  if (format === "parquet") {
    const slice = async (start: number, end = found.size): Promise<ArrayBuffer> => {
      const whole = start < 0 ? { from: found.size + start, to: found.size } : { from: start, to: end };
      const chunks: Uint8Array[] = [];
      for await (const chunk of await read(whole)) chunks.push(chunk);
      return new Uint8Array(Buffer.concat(chunks)).buffer;
    };
    return yield* readParquetRows({ byteLength: found.size, slice }, { fromRow: from });
  }
  if (from >= found.size) return;
  if (format === "jsonl") return yield* readJsonLines(await read({ from }), { from });
  const options = { known, ...(source.delimiter ? { delimiter: source.delimiter } : {}) };
  if (from === 0) return yield* readCsv(await read({ from: 0 }), options);
  const first = await read({ from: 0, to: Math.min(found.size, HEADER_BYTES) });
  const header = await readCsvHeader(first, options);
  if (!header.ok) return yield header;
  yield* readCsv(await read({ from }), { ...options, resume: { from, header: header.header } });
}

type Where = { bucket: string; source: Files; known: string[] };

/** The grant's objects from one on, those that hold rows. */
async function* objectsOf(
  objects: Objects,
  { bucket, source }: Where,
  {
    scope,
    prefix,
    object,
    from,
  }: { scope: Scope; prefix: string; object?: string | undefined; from?: string | undefined },
): AsyncGenerator<Found> {
  const named = object !== undefined ? [object] : scope.keys;
  if (named) {
    for (const each of [...named].sort()) {
      const key = `${prefix}${each}`;
      if (from !== undefined && key < from) continue;
      const found = formatOf(source, key) && (await objects.find({ bucket, key }));
      if (found && found.size > 0) yield found;
    }
    return;
  }
  const under = `${prefix}${scope.prefix ?? ""}`;
  const again = from === undefined ? undefined : await objects.find({ bucket, key: from });
  if (again) yield again;
  for (let after = from, more = true; more; ) {
    const page = await objects.list({ bucket, prefix: under, ...(after === undefined ? {} : { after }) });
    for (const found of page.found) if (found.size > 0 && formatOf(source, found.key)) yield found;
    after = page.found.at(-1)?.key;
    more = page.more && after !== undefined;
  }
}

/** Rows of CSV, JSON Lines and Parquet objects, in the order of their names. Names never leave here but in a sealed cursor. */
export async function* readFiles(objects: Objects, source: Files, reading: Reading): AsyncGenerator<Piece> {
  const { grant, masking, filters, object } = reading;
  const { bucket, prefix } = bucketOf(grant.resource.arn);
  const scope = (grant.scope ?? {}) as Scope;
  const at = position.optional().safeParse(reading.position);
  if (!at.success) return yield { is: "trouble", code: "position" };
  // One answer for what is not there and what is outside the grant: nobody finds out names by asking.
  if (object !== undefined && (!keyPart.safeParse(object).success || !covers(scope, object)))
    return yield { is: "trouble", code: "no_object" };
  const known = masking.fields.flatMap(({ path }) => {
    const [first] = stepsOf(path) ?? [];
    return typeof first === "object" ? [first.name] : [];
  });
  const where = { bucket, source, known };
  let some = false;
  try {
    for await (const found of objectsOf(objects, where, { scope, prefix, object, from: at.data?.key })) {
      some = true;
      const resumed = at.data?.key === found.key ? at.data : undefined;
      if (resumed && resumed.etag !== found.etag) return yield { is: "trouble", code: "changed" };
      const next = (from: number): Position => ({ key: found.key, etag: found.etag, from });
      for await (const read of rowsOf(objects, { ...where, found, from: resumed?.from ?? 0 })) {
        if (!read.ok) return yield { is: "trouble", code: read.code };
        const passes = holds(filters, read.row);
        yield passes
          ? { is: "row", row: read.row, next: next(read.next) }
          : { is: "passed", next: next(read.next) };
      }
    }
  } catch (fault) {
    if (fault instanceof Changed) return yield { is: "trouble", code: "changed" };
    throw fault;
  }
  if (object !== undefined && !some) yield { is: "trouble", code: "no_object" };
}
