import * as z from "zod";
import * as shown from "./shown.ts";

const column = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: "A column, key or path, as the catalogue's fields name it." });
const value = z.union([z.string().max(1_024), z.number(), z.boolean()]);

/** Sealed, it may hold the key of an item of 3 KB or an object's name of 1 KB. */
const MOST_CURSOR = 8_192;

/** `POST /grants/{id}/read`: which rows of a masked grant. Columns and filters from the resource's list; no filter on a masked one. */
export const readBody = z
  .strictObject({
    object: z.string().min(1).max(1_024).optional().meta({
      description:
        "Of files: which one, relative to the resource. Absent: all that the grant covers, in order.",
    }),
    columns: z.array(column).min(1).max(100).optional().meta({ description: "Absent: all of them." }),
    filters: z
      .array(
        z
          .strictObject({ column, is: z.enum(["=", "!=", "<", "<=", ">", ">="]), value })
          .meta({ id: "RowFilter" }),
      )
      .max(10)
      .optional(),
    limit: z.int().min(1).max(1_000).optional().meta({ description: "Rows of a page; 100 when absent." }),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, "must be a cursor of this grant")
      .min(1)
      .max(MOST_CURSOR)
      .optional()
      .meta({
        description: "Of the page before, with the same object, columns and filters. The limit may differ.",
      }),
  })
  .meta({ id: "MaskedRead", examples: [{ columns: ["claim", "status", "claimant.email"], limit: 50 }] });
export type ReadBody = z.infer<typeof readBody>;

export const readView = z
  .strictObject({
    rows: shown.shownList(
      z
        .record(z.string(), z.json())
        .meta({ id: "MaskedRow", description: "A row, with tokens for what is personal." }),
      1_000,
    ),
    masked: z.int().min(0).meta({ description: "How many values were masked by their field's rule." }),
    detected: z
      .int()
      .min(0)
      .meta({ description: "How many identifiers were found and masked within free text." }),
    cursor: z
      .string()
      .max(MOST_CURSOR)
      .optional()
      .meta({ pattern: "^[A-Za-z0-9_-]+$", description: "For the next page; absent at the end." }),
  })
  .meta({ id: "MaskedRows" });
export type ReadView = z.infer<typeof readView>;
