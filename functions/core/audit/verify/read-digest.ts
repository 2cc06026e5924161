import { canonicalJson } from "../../canonical.ts";
import {
  type DigestFile,
  digestFile,
  digestKey,
  type ListedObject,
  type OpenedStatement,
  openStatement,
  type PublicKey,
  type Statement,
  statementHash,
  treesOf,
} from "../digest.ts";
import type { ProblemCode } from "./finding.ts";

/** A digest whose signature, place and lists are right. */
export type GoodDigest = { key: string; kid: string; hash: string; statement: Statement; file: DigestFile };
export type ReadDigest =
  | ({ ok: true } & GoodDigest)
  /** `statement`: signed and readable all the same, so that the next digest can be checked against it. */
  | { ok: false; code: ProblemCode; says: string; expected?: string; found?: string; statement?: Statement };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function jsonOf(bytes: Uint8Array): { text: string; value: unknown } | undefined {
  try {
    const text = decoder.decode(bytes);
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const unopened = {
  malformed: ["digest_malformed", "its JWS is not one of a digest"],
  unknown_version: [
    "digest_unknown_version",
    "its statement is of a version that this verifier does not know",
  ],
  unknown_key: ["digest_unknown_key", "it is signed by a key that was not given"],
  bad_signature: ["digest_bad_signature", "its signature does not fit"],
} as const satisfies Record<string, [ProblemCode, string]>;

/** A digest of a quiet day has some kilobytes: what is larger is first asked whether its signature speaks of so much. */
const LARGE = 1024 * 1024;
/** An item of each list in canonical JSON at most: S3's keys and versions have up to 1,024 bytes, which escapes may double. */
const MOST_BYTES = { head: 200, object: 5_000, rest: 20_000 };

/** The JWS in the text of a digest, and how long the file may be by what that signs. Parses nothing else. */
function peek(bytes: Uint8Array, keys: readonly PublicKey[]): OpenedStatement & { room: number } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = '"jws":"';
  const start = file.indexOf(mark) + mark.length;
  const jws =
    file
      .subarray(start, start + MOST_BYTES.rest)
      .toString("latin1")
      .split('"', 1)[0] ?? "";
  const opened = openStatement(jws, keys);
  if (!opened.ok) return { ...opened, room: 0 };
  const { heads, objects } = opened.statement;
  const room = MOST_BYTES.rest + heads.count * MOST_BYTES.head + objects.count * MOST_BYTES.object;
  return { ...opened, room };
}

const cannotOpen = ({ why, kid }: Extract<OpenedStatement, { ok: false }>): ReadDigest => {
  const [code, says] = unopened[why];
  return { ok: false, code, says, ...(kid === undefined ? {} : { found: `key ${kid}` }) };
};

const place = (item: ListedObject): string => `${item.key}\u0000${item.versionId}`;

/** True when each text comes after the one before it, and none twice. */
const ascends = (texts: readonly string[]): boolean =>
  texts.every((text, index) => index === 0 || (texts[index - 1] ?? "") < text);

/** Reads one digest file: what is signed, by whom, where it lies, and that its lists are the ones that were signed. */
export function readDigest(key: string, bytes: Uint8Array, keys: readonly PublicKey[]): ReadDigest {
  if (bytes.length > LARGE) {
    const peeked = peek(bytes, keys);
    if (!peeked.ok) return cannotOpen(peeked);
    const says = "it is larger than what was signed can be";
    if (bytes.length > peeked.room)
      return { ok: false, code: "digest_lists_differ", says, statement: peeked.statement };
  }
  const json = jsonOf(bytes);
  if (!json) return { ok: false, code: "digest_unreadable", says: "it is not JSON in UTF-8" };
  const jws = typeof json.value === "object" && json.value !== null && "jws" in json.value && json.value.jws;
  if (typeof jws !== "string") return { ok: false, code: "digest_unreadable", says: "it has no JWS" };
  const opened = openStatement(jws, keys);
  if (!opened.ok) return cannotOpen(opened);
  const { statement, kid } = opened;
  const no = (
    code: ProblemCode,
    says: string,
    more: { expected?: string; found?: string } = {},
  ): ReadDigest => ({
    ok: false,
    code,
    says,
    ...more,
    statement,
  });
  if (key !== digestKey(statement))
    return no("digest_misplaced", "it is not where its hour says", {
      expected: digestKey(statement),
      found: key,
    });
  const file = digestFile.safeParse(json.value);
  if (!file.success) return no("digest_unreadable", "it has not the members of a digest");
  // Byte for byte: spaces, order of keys, a key twice or another form of a letter would be another file.
  if (canonicalJson(file.data) !== json.text)
    return no("digest_not_canonical", "it is not the canonical JSON of what it says");
  const trees = treesOf(file.data.objects, file.data.heads);
  const [expected, found] = [
    canonicalJson({ heads: statement.heads, objects: statement.objects }),
    canonicalJson(trees),
  ];
  if (expected !== found)
    return no("digest_lists_differ", "its lists are not the ones that were signed", { expected, found });
  if (!ascends(file.data.objects.map(place)) || !ascends(file.data.heads.map(({ grant }) => grant)))
    return no("digest_unsorted", "its lists are not in order, or name something twice");
  return { ok: true, key, kid, hash: statementHash(statement), statement, file: file.data };
}
