import { whenReady } from "./ready.ts";

// Before each file of tests: setup.ts brings the local AWS up beside those that need none.
await whenReady();
