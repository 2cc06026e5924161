import type { MaskTrouble } from "./masker.ts";

class RowFault extends Error {
  readonly code: MaskTrouble;
  constructor(code: MaskTrouble) {
    super(code);
    this.code = code;
  }
}

export const rowFault = (code: MaskTrouble): Error => new RowFault(code);

/** What stopped a row: our own code, or of anything unforeseen that masking failed. Never its message, which may quote the row. */
export const codeOf = (fault: unknown): MaskTrouble =>
  fault instanceof RowFault ? fault.code : "detector_failed";
