import { DeniedError, type LatchkeyError, NoAccessError, RefusedError } from "../errors.ts";
import { jsonText } from "./json.ts";

/** A fault for a program that asked for JSON: its kind, its sentence, and what the broker said of it. */
export function faultJson(error: LatchkeyError): string {
  const about =
    error instanceof DeniedError
      ? { grant: error.grantId, reasons: error.reasons, alternatives: error.alternatives }
      : error instanceof NoAccessError
        ? { grant: error.grant }
        : error instanceof RefusedError
          ? { code: error.code, details: error.details }
          : {};
  return jsonText({ error: { kind: error.kind, message: error.message, ...about } });
}
