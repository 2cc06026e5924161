/** The kinds of resource there are. Each has one file in this folder and one row in `registry.ts`. */
export const kindNames = [
  "s3-prefix",
  "dynamodb-table",
  "glue-table",
  "bedrock-model",
  "bedrock-prompt",
  "bedrock-knowledge-base",
  "s3-vectors-index",
  "secret",
  "parameter",
  "http-api",
] as const;
export type KindName = (typeof kindNames)[number];

/** What may be done with a resource. Each kind offers some of these. */
export const accessNames = ["read", "list", "write", "invoke"] as const;
export type AccessName = (typeof accessNames)[number];

/** An action type of the catalogue is asked for as a resource is: with this kind, and this one access. */
export const ACTION = "action";
export const PERFORM = "perform";
/** What a grant may be about: a resource of some kind, or an action. */
export const subjectKinds = [...kindNames, ACTION] as const;
export type SubjectKind = (typeof subjectKinds)[number];
export const subjectAccesses = [...accessNames, PERFORM] as const;
export type SubjectAccess = (typeof subjectAccesses)[number];
