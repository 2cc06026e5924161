import * as z from "zod";

/** How the rows of a resource are read masked: where they are, which columns and filters may be asked for, and each field's rule. */
export const masking = z.strictObject({
  fields: z.array(z.record(z.string(), z.json())).min(1),
});
export type Masking = z.infer<typeof masking>;
