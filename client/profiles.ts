import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Document, parseDocument } from "yaml";
import * as z from "zod";
import { type AskBody, askBody } from "../functions/core/api/schemas.ts";
import { secondsOf } from "./duration.ts";
import { LatchkeyError } from "./errors.ts";

const { resource, access, scope, windowSeconds, purpose, task, ticket, model, onBehalfOf } = askBody.shape;
const duration = z
  .union([z.string(), z.int()])
  .transform((given, context) => {
    const seconds = secondsOf(String(given));
    if (seconds !== undefined) return seconds;
    context.addIssue("must be a duration like 30m, 1h or 900");
    return z.NEVER;
  })
  .pipe(windowSeconds);

/** What a repository asks for under a name: no endpoint and no identity, so that it holds for everybody. */
const profile = z.strictObject({
  ...{ resource, access, scope, purpose, task, ticket, model, onBehalfOf },
  window: duration,
});
export type Profile = z.infer<typeof profile>;

/** A command that `latchkey mcp` may run with access. The model says at most what follows `run`, where `arguments` is true. */
const command = z
  .strictObject({
    description: z.string().max(300),
    run: z.array(z.string().min(1)).min(1),
    arguments: z.boolean().default(false),
    /** Whether those may begin with "-". */
    options: z.boolean().default(false),
    /** The profiles that it may be run with. */
    profiles: z.array(z.string()).default([]),
    /** The action types whose permits it is given, once they are approved. */
    actions: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/)).default([]),
  })
  .refine(({ profiles, actions }) => profiles.length + actions.length > 0, "must have profiles or actions");

const file = z.strictObject({
  profiles: z.record(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "must be a name like claims-2026"),
    profile,
  ),
  commands: z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/), command).optional(),
});
export type ProfileFile = z.infer<typeof file>;

const NAME = "latchkey.yaml";

/**
 * Whether a file that nobody named is to be believed: this user's, or the machine's. In /tmp anybody may lay one above
 * where somebody else works, and it says which commands `latchkey mcp` runs. Who is root in a container works on others'
 * files all the time, and is not asked.
 */
function isTrusted(path: string): boolean {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 || [uid, 0].includes(statSync(path).uid);
}

/** `latchkey.yaml` here or in a folder above. */
export function nearest(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, NAME);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

function find(cwd: string): string {
  const path = nearest(cwd);
  if (path === undefined)
    throw new LatchkeyError(
      "config",
      `There is no ${NAME} here or above: write one, or name it with --file.`,
    );
  if (isTrusted(path)) return path;
  throw new LatchkeyError(
    "config",
    `${path} is somebody else's: if it is to be believed, name it with --file.`,
  );
}

/** Reads the profiles. Throws `config` with file, line and reason. */
export function readProfiles(cwd: string, path?: string): { path: string; content: ProfileFile } {
  const found = path === undefined ? find(cwd) : resolve(cwd, path);
  let text: string;
  try {
    text = readFileSync(found, "utf8");
  } catch {
    throw new LatchkeyError("config", `${found} cannot be read.`);
  }
  const wrong = (where: string, why = "cannot be read") =>
    new LatchkeyError("config", `${found}: ${where}: ${why.replace(/[.:]+$/, "")}.`);
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const [broken] = document.errors;
  if (broken) throw wrong("the YAML", broken.message.split("\n")[0]);
  const read = file.safeParse(plainOf(document, wrong));
  if (read.success) return { path: found, content: read.data };
  const [issue] = read.error.issues;
  // A name that is none is told inside the issue about the record that it is in.
  const why = issue?.code === "invalid_key" ? issue.issues[0]?.message : issue?.message;
  throw wrong(issue?.path.join(".") || "the file", why);
}

/** The document's content. No aliases, of which a few lines make gigabytes. */
function plainOf(document: Document, wrong: (where: string, why: string) => LatchkeyError): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw wrong("the YAML", "must have no aliases");
  }
}

/** One profile by its name. */
export function profileNamed({ path, content }: ReturnType<typeof readProfiles>, name: string): Profile {
  const found = Object.hasOwn(content.profiles, name) ? content.profiles[name] : undefined;
  if (found) return found;
  const names = Object.keys(content.profiles).join(", ");
  throw new LatchkeyError("config", `${path} has no profile ${name}; it has ${names || "none"}.`);
}

/** A profile as the body of an ask. */
export function askOf({ window, ...rest }: Profile): AskBody {
  return { ...rest, windowSeconds: window };
}
