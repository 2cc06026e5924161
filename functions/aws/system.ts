import { randomBytes } from "node:crypto";
import { idFrom } from "../core/ids.ts";

/** The clock, in milliseconds since the epoch: a function, called when it matters. */
export type Now = () => number;
/** A new random id of 16 base32 characters. */
export type NewId = () => string;

export const now: Now = () => Date.now();
export const newId: NewId = () => idFrom(randomBytes(10));
export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
