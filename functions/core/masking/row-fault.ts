export type MaskTrouble =
  /** It holds what no row of JSON can: a function, a symbol, an instance of something. */
  | "unsupported_value"
  /** It is nested deeper than 32 levels. */
  | "too_deep"
  /** A detector, or anything else on the way, failed: nothing of the row is passed. */
  | "detector_failed";

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
