import { companyOptions } from "../../local/company.ts";
import { instancePaths } from "../../local/paths.ts";
import { startLocal, stopLocal } from "../../local/start.ts";

/** An instance of its own, so that tests never touch the local AWS that a user works with. */
const HOME = ".latchkey/e2e";

/** Brings the real app up on a local AWS before the end-to-end tests; `LATCHKEY_KEEP=1` leaves it up for the next run. */
export async function setup(): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  await startLocal(companyOptions(), instancePaths({ LATCHKEY_HOME: HOME }));
}

export async function teardown(): Promise<void> {
  if (!process.env.LATCHKEY_KEEP) await stopLocal(instancePaths({ LATCHKEY_HOME: HOME }));
}
