import { setFlagsFromString } from "node:v8";

// Node 20's V8 sometimes dies ("unreachable code" in Deoptimizer::DoComputeBuiltinContinuation) where optimised code is
// left in an inlined call to WebAssembly, which Cedar is, after some thousands of decisions in one process: a build that
// tries every case, the bench. Without that inlining there is nothing to leave. Import this before Cedar.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--no-turbo-inline-js-wasm-calls");
