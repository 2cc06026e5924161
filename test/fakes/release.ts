import { decideByForm, show } from "../../functions/approval-page/answer.ts";
import { askAgain } from "../../functions/ask-approvers/again.ts";
import { askApprovers } from "../../functions/ask-approvers/ask.ts";
import { tellSkipped } from "../../functions/ask-approvers/broken-glass.ts";
import { fromItem } from "../../functions/aws/table/grants.ts";
import { inPlace } from "../../functions/core/catalogue.ts";
import { sealBundle } from "../../functions/core/policy/bundle.ts";
import { preparePolicyEngine } from "../../functions/core/policy/engine.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";
import { endAccess } from "../../functions/end-access/end.ts";
import { exportBatch } from "../../functions/export-audit/export.ts";
import { issuePermit } from "../../functions/issue-permit/issue.ts";
import { mint } from "../../functions/mint-credentials/mint.ts";
import { proveBatch } from "../../functions/prove-denial/prove.ts";
import { publishBatch } from "../../functions/publish-events/publish.ts";
import { republishParked } from "../../functions/publish-events/republish.ts";
import { revokeBatch } from "../../functions/revoke-access/revoke.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { signedServices } from "./signed-services.ts";

/**
 * The rules of every function that a world runs, as one release has them. `npm run keep-release` keeps this very object
 * as a bundle, so that the tests of a later release can run this one's functions over the same table.
 */
export const thisRelease = {
  ...{ decideByForm, show, askAgain, askApprovers, tellSkipped, endAccess, issuePermit, mint },
  ...{ proveBatch, publishBatch, republishParked, revokeBatch, sweep, signedServices },
  ...{ exportBatch, fromItem, inPlace, preparePolicyEngine, loadPolicy, sealBundle },
};
export type Release = typeof thisRelease;
