import { defineConfig } from "vitest/config";
export default defineConfig({ test: { include: ["test/e2e/truth.test.ts"], testTimeout: 120_000, hookTimeout: 300_000, execArgv: ["--no-turbo-inline-js-wasm-calls"], env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" } } });
