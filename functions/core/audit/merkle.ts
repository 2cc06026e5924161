import { createHash } from "node:crypto";

/**
 * The Merkle tree of RFC 9162, section 2.1: a leaf is hashed after 0x00, a node after 0x01, so that neither passes for
 * the other. Leaves are texts (UTF-8) in a fixed order; hashes are SHA-256 in lower-case hex.
 * https://www.rfc-editor.org/rfc/rfc9162#section-2.1
 */
const EMPTY = createHash("sha256").digest("hex");
const hashOf = (prefix: number, ...parts: Uint8Array[]): Buffer => {
  const hash = createHash("sha256").update(Uint8Array.of(prefix));
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (text: string): Buffer => hashOf(0, Buffer.from(text, "utf8"));
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => hashOf(1, left, right);

/** The largest power of two below `size`: where a tree of that size is split. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes;
  if (only && hashes.length === 1) return only;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** The tree's head. Of no leaves: the hash of nothing. */
export const merkleRoot = (leaves: readonly string[]): string =>
  leaves.length === 0 ? EMPTY : rootOf(leaves.map(leafHash)).toString("hex");

function pathOf(hashes: readonly Buffer[], index: number): Buffer[] {
  if (hashes.length <= 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...pathOf(left, index), rootOf(right)]
    : [...pathOf(right, index - split), rootOf(left)];
}

/** The hashes that lead from the leaf at `index` to the head, lowest first. Throws when there is no such leaf. */
export function inclusionPath(leaves: readonly string[], index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`no leaf ${index}`);
  return pathOf(leaves.map(leafHash), index).map((hash) => hash.toString("hex"));
}

const HASH = /^[0-9a-f]{64}$/;

function climb(hash: Buffer, index: number, size: number, path: readonly string[]): Buffer | undefined {
  if (size === 1) return path.length === 0 ? hash : undefined;
  const last = path.at(-1);
  if (last === undefined || !HASH.test(last)) return undefined;
  const sibling = Buffer.from(last, "hex");
  const split = splitOf(size);
  const rest = path.slice(0, -1);
  if (index < split) {
    const left = climb(hash, index, split, rest);
    return left && nodeHash(left, sibling);
  }
  const right = climb(hash, index - split, size - split, rest);
  return right && nodeHash(sibling, right);
}

/** The head that a leaf, its place and its path lead to; undefined when they can lead to none. */
export function rootFrom(
  leaf: string,
  { index, size }: { index: number; size: number },
  path: readonly string[],
): string | undefined {
  if (!Number.isSafeInteger(size) || !Number.isInteger(index) || index < 0 || index >= size) return undefined;
  return climb(leafHash(leaf), index, size, path)?.toString("hex");
}
