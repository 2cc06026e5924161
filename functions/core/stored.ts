/** The newest `schema` that this release reads, of what it keeps in the table and of what passes between its functions. */
export const NEWEST_SCHEMA = 1;

/** Written by a later release in a form that this one does not know. Nothing was changed: it waits for that release. */
export class NewerSchema extends Error {
  override readonly name = "NewerSchema";
  constructor(schema: number) {
    super(
      `written by a later release (schema ${schema}; this one reads up to ${NEWEST_SCHEMA}): deploy that release again`,
    );
  }
}

/**
 * Refuses what a later release wrote in a form of its own (I-35): its members may mean something else there. What has no
 * number is of the first form. Gives back what it was given.
 */
export function readable<T>(stored: T): T {
  const schema =
    typeof stored === "object" && stored !== null && "schema" in stored ? stored.schema : undefined;
  if (typeof schema === "number" && schema > NEWEST_SCHEMA) throw new NewerSchema(schema);
  return stored;
}
