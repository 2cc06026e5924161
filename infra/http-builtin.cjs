// In place of `node:http` in a bundle. An import of it by an ES module reads every member that it exports, and with
// `http.WebSocket` and its like that loads undici, a sixth of a small function's start on Node 24 (docs/performance.md);
// the SDK uses none of these.
module.exports = process.getBuiltinModule("node:http");
