import * as z from "zod";

/** Variables that several functions have. Each function's own schema is in its `env.ts`, shared with its construct. */
export const text = z.string().min(1);
export const seconds = z.coerce.number().int().min(0);

/** Reads a function's environment; a missing variable fails the start, by name, without showing any value. */
export function readEnv<S extends z.ZodObject>(schema: S): z.infer<S> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new Error(`environment: ${parsed.error.issues.map((issue) => issue.path.join(".")).join(", ")}`);
}
