// When the other end-to-end tests are done, and one after the other: first nothing that those kept holds a secret that
// they knew; and that what they asked for would be decided alike again. Then the contract, whose requests use up quotas, set lockdowns and list what waits: no others may interfere.
import "./secrets.test.ts";
import "./replay.test.ts";
import "./model.test.ts";
import "./api-doc.test.ts";
import "./fuzz.test.ts";
