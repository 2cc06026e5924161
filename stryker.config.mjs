// Mutation testing of the core; run by `npm run mutate`, which says what and with which tests. See docs/testing.md.
const { LATCHKEY_MUTATION = "{}" } = process.env;
const { name = "all", mutate = [] } = JSON.parse(LATCHKEY_MUTATION);

export default {
  mutate,
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // What runs once, when a module is loaded, would need a new thread for every mutant.
  ignoreStatic: true,
  // Mostly sentences for people, and Zod's and DynamoDB's names, without which nothing works. Nothing else is left out.
  mutator: { excludedMutations: ["StringLiteral"] },
  // There is none: Stryker would rewrite the project's own with an API that TypeScript 7 does not have.
  tsconfigFile: "none.json",
  ignorePatterns: ["cdk.out", "build", ".latchkey", "docs/images"],
  // As in vitest.config.ts.
  testRunnerNodeArgs: process.versions.node.startsWith("20.") ? ["--no-turbo-inline-js-wasm-calls"] : [],
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { allowColor: false, reportTests: false, skipFull: true, allowEmojis: false },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  incremental: true,
  incrementalFile: `reports/mutation/${name}.incremental.json`,
  timeoutMS: 30_000,
};
