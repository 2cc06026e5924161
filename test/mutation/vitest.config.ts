import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { warmWorker } from "./warm-worker.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

// The tests that Stryker runs: a module's own, named by `run.ts`.
export default defineConfig({
  root,
  plugins: [
    {
      name: "warm-worker",
      // Not in the options, for Stryker sets its own there.
      configureVitest({ project }) {
        project.config.pool = warmWorker.name;
        project.config.poolRunner = warmWorker;
      },
    },
  ],
  test: {
    include: JSON.parse(process.env.LATCHKEY_MUTATION ?? "{}").tests,
    setupFiles: [join(root, "test/mutation/no-mutant.ts")],
    isolate: false,
    // Stryker reports; what fails is printed for nobody.
    reporters: [{}],
    testTimeout: 15_000,
    env: {
      AWS_REGION: "us-east-1",
      POWERTOOLS_DEV: "false",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  },
});
