import { readFileSync } from "node:fs";
import { type PublicKey, publicKeyOf } from "../../functions/core/audit/digest.ts";
import { CliError, exitCodes } from "../exit.ts";

const PEM = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g;

/** A small file that the user names; a sentence when it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new CliError(`${path} cannot be read.`, exitCodes.cannotTell);
  }
}

/** The public keys in the files, of which each may have several. Without a key nothing can be told, so it is an error. */
export function keysIn(paths: readonly string[]): PublicKey[] {
  return paths.flatMap((path) => {
    const found = textOf(path).match(PEM) ?? [];
    if (found.length === 0) throw new CliError(`${path} has no public key in PEM.`, exitCodes.cannotTell);
    return found.map((pem) => {
      try {
        return publicKeyOf(pem);
      } catch {
        throw new CliError(
          `${path} has a key that is none of a digest: P-256 is needed.`,
          exitCodes.cannotTell,
        );
      }
    });
  });
}
