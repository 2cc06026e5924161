// Stryker sets the active mutant before the tests of a file run, and leaves it: the next file would be loaded under it.
import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    globalNamespace: string;
  }
}

const stryker = (globalThis as Record<string, unknown>)[inject("globalNamespace")];
if (stryker) (stryker as { activeMutant?: string | undefined }).activeMutant = undefined;

// Ten cases of a property, and no more than fit into a third of a second, for each of some thousand mutants.
fc.configureGlobal({ numRuns: 10, interruptAfterTimeLimit: 300 });
