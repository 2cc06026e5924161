import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import * as z from "zod";
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

/** The keys of a key set as the approval API serves it (`/.well-known/jwks.json`), as PEM; none when it is not one. */
function pemsOfKeySet(text: string): string[] {
  try {
    const { keys } = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).parse(JSON.parse(text));
    return keys.map((key) =>
      createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString(),
    );
  } catch {
    return [];
  }
}

/** The public keys in the files, of which each may have several. Without a key nothing can be told, so it is an error. */
export function keysIn(paths: readonly string[]): PublicKey[] {
  return paths.flatMap((path) => {
    const text = textOf(path);
    // In `digests/keys/<kid>.json` the PEM is a JSON string, its lines apart by an escape.
    const found = text.replaceAll("\\n", "\n").match(PEM) ?? pemsOfKeySet(text);
    if (found.length === 0)
      throw new CliError(
        `${path} has no public key: PEM or a key set (JWKS) is needed.`,
        exitCodes.cannotTell,
      );
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
