/** What lies at a path, or why it cannot be read, in words that follow "cannot be read: ". */
export type Found<T> = { value: T } | { reason: string };

/**
 * A policy folder, wherever it is kept: on a disk, in a commit. Paths lie in it and have `/` in them on every machine;
 * `name` is what problems call the folder, so that they read `policy/risk.yaml:5`.
 */
export type PolicyFolder = {
  name: string;
  read(path: string): Found<Uint8Array>;
  /** The names of what lies in one of its folders, in any order. */
  list(path: string): Found<string[]>;
};

/** A thousand resources take a quarter of it; what is larger nobody wrote by hand. */
export const MOST_BYTES = 4 * 1024 * 1024;
export const TOO_LARGE = "it is larger than 4 MiB";
