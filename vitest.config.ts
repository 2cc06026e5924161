import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Once in some twenty runs of the suite a worker died in Node 20.20's V8 ("unreachable code" in
// Deoptimizer::DoComputeBuiltinContinuation): where optimised code is left in an inlined call to WebAssembly, which
// Cedar is. Without that inlining there is nothing to leave.
const execArgv = process.versions.node.startsWith("20.") ? ["--no-turbo-inline-js-wasm-calls"] : [];

// Left to itself vitest keeps a core free, which on two cores is half of them.
const maxWorkers = availableParallelism();

// The longest first: one that begins last would be waited for by idle workers.
const longest = [
  ...["e2e/flood", "e2e/rotation", "e2e/truth", "e2e/agents", "e2e/ending", "e2e/dead-broker", "e2e/audit"],
  ...["e2e/cli", "e2e/budgets", "e2e/kinds", "browser/page-axe", "browser/mail-scanner"],
  ...["e2e/routine", "e2e/python-agent", "e2e/access-review", "e2e/ci", "e2e/usage"],
  ...["e2e/mcp", "e2e/readme", "e2e/sdk", "e2e/drift", "browser/report"],
  ...["simulate/faults", "simulate/faults-of-stops", "model/spin", "simulate/planted", "upgrade/in-flight"],
  ...["client/learn/replay/command", "model/api", "masking/memory", "model/conformance", "verify/every-flip"],
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    // A stable sort: the others stay as vitest would have them.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

// What `npm run check` runs; `.ci/run`, which has just done so, does not run it again.
const checked = process.env.LATCHKEY_CHECKED ? ["unit", "infra"] : [];

// What uses the local AWS that is brought up for the end-to-end tests.
const onLocalAws = {
  globalSetup: ["test/e2e/setup.ts"],
  setupFiles: ["test/e2e/up.ts"],
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", LATCHKEY_HOME: ".latchkey/e2e" },
};

// One local AWS on two cores: files share it, a few at a time, and wait more than they work. After the others: timings of
// real windows do not compete with property tests for two cores.
const beside = { maxWorkers: 6, sequence: { groupOrder: 1 } };

// Every interleaving of the model, random schedules of the code, every fault at every call, every order of two hands.
const exhaustive = [
  "test/simulate/*.test.ts",
  "test/model/{spin,conformance}.test.ts",
  "test/functions/approval-page/{every-order,races}.test.ts",
  "test/functions/export-audit/replay.test.ts",
  "test/core/audit/verify/{every-flip,files,proof,no-false-alarm,parquet-flips}.test.ts",
  "test/functions/export-audit/{hostile-text,outage}.test.ts",
  "test/functions/revoke-access/full-list.test.ts",
  "test/client/{attacks,verify}.test.ts",
  "test/client/run/left-behind.test.ts",
  "test/client/package/*.test.ts",
  "test/client/mcp/child.test.ts",
  "test/client/commands/request.test.ts",
  "test/functions/mint-credentials/{fence,rotation}.test.ts",
  "test/functions/ask-approvers/again.test.ts",
  "test/core/grant/model.test.ts",
  "test/client/sdk/nothing-left.property.test.ts",
  "test/client/mcp/leak.test.ts",
  "test/functions/sign-digest/faults.test.ts",
  "test/functions/mint-credentials/dead-runs.test.ts",
  "test/core/policy/{plan.property,trial.property,alternatives,files/shape}.test.ts",
  "test/core/masking/attacks.test.ts",
  "test/functions/grants-api/extend.test.ts",
  "test/functions/attacks/*.test.ts",
  "test/functions/audit/effects.test.ts",
  "test/local/data.test.ts",
  "test/functions/stops-api/lockdown-race.test.ts",
  "test/functions/revoke-access/flood.test.ts",
  "test/secrets/scan.test.ts",
  "test/infra/{supply/bundles,docs/install}.test.ts",
  "test/core/audit/trino.test.ts",
  "test/core/api/spectral.test.ts",
  "test/core/audit/verify/{opponents,whole}.test.ts",
  "test/core/policy/files/{load,cases,people,resources,rules,actions,masking}.test.ts",
  "test/client/policy/{policy,diff}.test.ts",
  "test/client/learn/approvals/{insights,year,tuning}.test.ts",
  "test/client/learn/replay/*.test.ts",
  "test/client/ci/{action,docs,docs-policy}.test.ts",
  "test/functions/import-usage/attacks.test.ts",
  "test/workflow/pipeline*.test.ts",
  "test/functions/watch/month.test.ts",
  "test/core/masking/{busy,recall,dictionary,memory}.test.ts",
  "test/gameday/*.test.ts",
  "test/upgrade/in-flight.test.ts",
  "test/upgrade/{stored,workflow}.test.ts",
  "test/model/api.test.ts",
  "test/functions/bench/{bundles,scale,sweep}.test.ts",
  "test/client/learn/usage/{change,year}.test.ts",
  "test/client/learn/review/{review,command}.test.ts",
];

// Of these, each in a process of its own: the longest, which beside others in one take three times as long, and those that
// start processes.
const alone = [
  "test/simulate/*.test.ts",
  "test/gameday/*.test.ts",
  "test/upgrade/in-flight.test.ts",
  "test/model/{spin,conformance}.test.ts",
  "test/core/audit/verify/{every-flip,no-false-alarm}.test.ts",
  "test/functions/attacks/refusals.test.ts",
  "test/functions/revoke-access/flood.test.ts",
  "test/local/data.test.ts",
  ...exhaustive.filter(
    (files) => files.startsWith("test/client/") && !files.startsWith("test/client/learn/"),
  ),
];

// Five tiers: what runs in the process, what is asserted over the synthesised templates, what is seen in a browser, what
// is gone through exhaustively, and what runs on the local AWS.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          maxWorkers,
          isolate: false,
          execArgv,
          include: ["test/{core,functions,workflow,local,model,secrets,requirements,client}/**/*.test.ts"],
          exclude: exhaustive,
          // Of which most take milliseconds; the machine may be busy with other things.
          testTimeout: 30_000,
          env: {
            AWS_REGION: "us-east-1",
            POWERTOOLS_DEV: "false",
            AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
          },
        },
      },
      {
        test: {
          name: "infra",
          maxWorkers,
          // aws-cdk-lib takes seconds to load: once a worker, not once a file. Tests share no state of its modules.
          isolate: false,
          execArgv,
          include: ["test/infra/**/*.test.ts"],
          exclude: exhaustive,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Some minutes, so part of `npm test` and not of `npm run check`.
          name: "exhaustive",
          maxWorkers,
          // What they all import is loaded once a worker: two seconds for each file.
          isolate: false,
          execArgv,
          include: exhaustive,
          exclude: alone,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "exhaustive-alone",
          maxWorkers,
          execArgv,
          include: alone,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: ["test/e2e/{secrets,truth,api-doc,fuzz,model,replay,last}.test.ts"],
          ...onLocalAws,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          ...beside,
        },
      },
      {
        test: {
          // Pages in Chromium, while those wait.
          name: "browser",
          execArgv,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...beside,
        },
      },
      {
        test: {
          // A server of its own, and much of the machine.
          name: "truth",
          include: ["test/e2e/truth.test.ts"],
          env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...beside,
        },
      },
      {
        test: {
          name: "last",
          include: ["test/e2e/last.test.ts"],
          ...onLocalAws,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ].filter(({ test: { name } }) => !checked.includes(name)),
  },
});
