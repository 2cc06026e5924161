import type { FieldClass } from "../classes.ts";

/** A part of a text that holds a value of some class; `value` is what its token stands for. */
export type Hit = { start: number; end: number; class: FieldClass; value: string };

/** Finds values in a text of plain letters. Total: a detector that throws stops the row. */
export type Detector = (text: string) => Iterable<Hit>;
