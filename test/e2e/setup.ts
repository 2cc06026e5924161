import type { TestProject } from "vitest/node";
import { companyOptions } from "../../local/company.ts";
import { instancePaths } from "../../local/paths.ts";
import { startLocal, stopLocal } from "../../local/start.ts";
import { buildLatchkey } from "./latchkey.ts";
import { forgetReady, tellReady } from "./ready.ts";
import { forgetAll } from "./remembered.ts";

/** An instance of its own, so that tests never touch the local AWS that a user works with. */
const PATHS = instancePaths({ LATCHKEY_HOME: ".latchkey/e2e" });

async function bringUp(): Promise<void> {
  forgetReady(PATHS);
  try {
    if ((await startLocal(companyOptions(), PATHS)).how === "started") forgetAll(PATHS);
    tellReady(PATHS);
  } catch (fault) {
    tellReady(PATHS, fault);
  }
}

// One for both projects that use it: each loads this module for itself.
const once = globalThis as { latchkeyIsUp?: Promise<void> };

/**
 * Brings the real app up on a local AWS for the end-to-end tests, while those that need none are run already: `up.ts` waits for
 * it. `LATCHKEY_KEEP=1` leaves it up for the next run.
 */
export async function setup({ name }: TestProject): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  if (name === "e2e") await buildLatchkey();
  once.latchkeyIsUp ??= bringUp();
}

export async function teardown(): Promise<void> {
  await once.latchkeyIsUp;
  if (process.env.LATCHKEY_KEEP) return;
  await stopLocal(PATHS);
  forgetAll(PATHS);
}
