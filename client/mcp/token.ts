import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LatchkeyError } from "../errors.ts";

const LEAST = 32;
const NAME = "LATCHKEY_MCP_TOKEN";

const wrong = (message: string): LatchkeyError => new LatchkeyError("config", message);

/** A file that only we can read, and no link to another. */
function isOurs(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  const regular = lstatSync(path).isFile();
  return regular && (process.platform === "win32" || (uid === process.getuid?.() && (mode & 0o077) === 0));
}

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Makes one, if there is none yet; of two at once, one is first, and both read that. */
function make(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw wrong(`${path} cannot be written: name another with --token-file.`);
  }
}

/**
 * The token that clients of the HTTP server show: `LATCHKEY_MCP_TOKEN`, else what a file of the user's own holds, which is
 * made at the first start. It is never printed: a terminal is recorded, and so are arguments. `source` says where it is.
 */
export function tokenOf(
  file: string | undefined,
  { env, home }: { env: NodeJS.ProcessEnv; home: string },
): { token: string; source: string } {
  const given = env[NAME];
  if (file === undefined && given !== undefined) {
    if (given.length < LEAST)
      throw wrong(`${NAME} is too short to be safe: make it ${LEAST} random characters or more.`);
    return { token: given, source: `the variable ${NAME}` };
  }
  const path = file ?? join(env.XDG_CONFIG_HOME || join(home, ".config"), "latchkey", "mcp-token");
  if (!exists(path)) make(path);
  if (!isOurs(path))
    throw wrong(`${path} has to be a file that only you can read: chmod 600 it, or delete it.`);
  const token = readFileSync(path, "utf8").trim();
  if (token.length < LEAST) throw wrong(`${path} holds no token: delete it, and a new one is made.`);
  return { token, source: path };
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** Whether an Authorization header shows the token, in constant time. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function showsToken(header: string | undefined, token: string): boolean {
  const [, shown] = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? "") ?? [];
  return shown !== undefined && timingSafeEqual(hashOf(shown), hashOf(token));
}
