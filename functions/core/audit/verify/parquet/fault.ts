/** Why a file cannot be read: it is broken, or it uses what this reader does not know, or it is too large to be looked at. */
export type ParquetTrouble = "damaged" | "unsupported" | "too_large";

/** Thrown inside the reader only; `readParquet` returns it. */
export class ParquetFault extends Error {
  readonly trouble: ParquetTrouble;

  constructor(trouble: ParquetTrouble, message: string) {
    super(message);
    this.name = "ParquetFault";
    this.trouble = trouble;
  }
}

export const damaged = (message: string): ParquetFault => new ParquetFault("damaged", message);
export const unsupported = (message: string): ParquetFault => new ParquetFault("unsupported", message);
export const tooLarge = (message: string): ParquetFault => new ParquetFault("too_large", message);
