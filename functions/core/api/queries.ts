import * as z from "zod";

export const cursor = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({ description: "Where the next page begins: from the page before it, unchanged." });

/** A number of a query string, written plainly: `Number` also reads "", " 5 ", "0x5" and "5e0". */
const plainNumber = (text: unknown) =>
  typeof text === "string" && /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
export const listQuery = z.strictObject({
  waiting: z.literal("me").optional().meta({ description: "For people: what they may decide now." }),
  agent: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be the id of an agent")
    .meta({ maxLength: 64, description: "Whose grants: for people of security and compliance." })
    .optional(),
  cursor: cursor.optional(),
  limit: z
    .preprocess(plainNumber, z.int("must be a whole number").min(1).max(100))
    .optional()
    .meta({ description: "How many at most; 25 if absent." }),
});
export const oneQuery = z.strictObject({
  wait: z
    .preprocess(plainNumber, z.number("must be a number of seconds").min(0).max(5))
    .optional()
    .meta({ description: "Seconds to wait for the answer while a machine is about to act." }),
});
export const emptyQuery = z.strictObject({});
