import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { grantId } from "../../functions/core/ids.ts";

const time = z.iso.datetime();
const kept = z.strictObject({
  version: z.literal(1),
  grant: grantId,
  /** The end of the grant. */
  endsAt: time,
  /** The end of this session of it. */
  sessionEnds: time,
  /** When the broker last gave these very keys, in milliseconds since the epoch. */
  seenAt: z.int(),
  /** Whether an SDK was told when they end, which comes back then and has to be told again. */
  told: z.boolean(),
  keys: z.strictObject({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
  }),
});
/** The keys of one grant, as they are kept between two processes. */
export type Kept = z.infer<typeof kept>;

export type Cache = {
  /** What is kept under a key; nothing once it is over. */
  read(key: string): Kept | undefined;
  write(key: string, kept: Kept): void;
  forget(key: string): void;
  /** Forgets a grant under whatever keys. */
  forgetGrant(grant: string): void;
};

type CacheDeps = { folder: string; now(): number; uid?: number };

const ENDING = ".json";
/** What is being written, for a moment; older ones are of processes that died in it. */
const UNFINISHED = ".new";
const UNFINISHED_MS = 60_000;

/** The text of a file that is a plain file of this user's, for nobody else; undefined for anything else. */
function readOwn(path: string, uid: number | undefined): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return undefined;
  }
  try {
    const found = fstatSync(file);
    const own = uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0);
    return found.isFile() && own ? readFileSync(file, "utf8") : undefined;
  } finally {
    closeSync(file);
  }
}

function parse(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Files of 0600 in a folder that `openFolder` found fit, one a key. Nothing is given after its end, and what is over is
 * deleted by whoever comes next.
 */
export function openCache({ folder, now, uid }: CacheDeps): Cache {
  const pathOf = (key: string): string => join(folder, `${key}${ENDING}`);
  const remove = (path: string): void => {
    try {
      rmSync(path, { force: true });
    } catch {
      // A cache that cannot be tidied is no fault of what is asked of it.
    }
  };
  const isOver = ({ endsAt, sessionEnds }: Kept): boolean =>
    now() >= Math.min(Date.parse(endsAt), Date.parse(sessionEnds));
  const names = (): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  const each = (visit: (path: string, found: Kept | undefined) => void): void => {
    for (const name of names()) {
      const path = join(folder, name);
      if (name.endsWith(ENDING)) visit(path, parse(readOwn(path, uid)));
      if (name.endsWith(UNFINISHED) && isLeft(path)) remove(path);
    }
  };
  const isLeft = (path: string): boolean => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && Math.abs(now() - found.mtimeMs) > UNFINISHED_MS;
  };
  return {
    read(key) {
      const found = parse(readOwn(pathOf(key), uid));
      if (found && !isOver(found)) return found;
      // Not worth a warning: it is asked for anew.
      remove(pathOf(key));
      return undefined;
    },
    write(key, entry) {
      each((path, found) => {
        if (!found || isOver(found)) remove(path);
      });
      // Written beside and renamed, so that nobody reads half of it; made anew, so that nobody made it for us.
      const beside = join(folder, `${key}.${randomUUID()}${UNFINISHED}`);
      try {
        writeFileSync(beside, JSON.stringify(entry), { mode: 0o600, flag: "wx" });
        renameSync(beside, pathOf(key));
      } catch {
        // A full disk, a folder that went: the next call asks the broker.
        remove(beside);
      }
    },
    forget: (key) => remove(pathOf(key)),
    forgetGrant(grant) {
      each((path, found) => {
        if (found?.grant === grant) remove(path);
      });
    },
  };
}
