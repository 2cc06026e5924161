import * as z from "zod";
import { fieldRules } from "./rules.ts";

/** Names of columns and attributes as SQL and expressions have them. */
const plainName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/, "must be a plain name of letters, digits, _ and -");

/** By the end of an object's name: `.csv`, `.jsonl` or `.ndjson`, `.parquet`. */
const fileFormats = ["csv", "jsonl", "parquet"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Where the rows are. Each kind of resource that has rows has one of these: see `sourceOfKind`. */
const source = z.discriminatedUnion("from", [
  z.strictObject({
    from: z.literal("files"),
    /** Other objects under the prefix hold no rows, and are passed over. */
    formats: z.array(z.enum(fileFormats)).min(1).max(fileFormats.length),
    /** Of CSV; a comma when absent. */
    delimiter: z.enum([",", ";", "\t", "|"]).optional(),
  }),
  z.strictObject({
    from: z.literal("items"),
    partitionKey: plainName,
    /** The partition key of each index that may be read, by the index's name. */
    indexes: z.record(z.string(), plainName).optional(),
  }),
  z.strictObject({ from: z.literal("query") }),
]);
export type Source = z.infer<typeof source>;

/** What a filter's values are: compared as such, and another type of value is refused. */
export const filterTypes = ["text", "number", "boolean"] as const;
export type FilterType = (typeof filterTypes)[number];

/**
 * What one grant may read in all. Whoever can write to the data, and read it masked, learns the token of what they wrote
 * (chosen plaintext): these say how often (I-67).
 */
const caps = z.strictObject({
  reads: z.int().min(1).max(10_000).default(500),
  rows: z.int().min(1).max(10_000_000).default(50_000),
});

/** How the rows of a resource are read masked: where they are, which columns may be filtered on, and each field's rule. */
export const masking = z.strictObject({
  source,
  fields: fieldRules,
  filters: z.record(z.string().min(1).max(300), z.enum(filterTypes)).default({}),
  caps: caps.default({ reads: 500, rows: 50_000 }),
});
export type Masking = z.infer<typeof masking>;
