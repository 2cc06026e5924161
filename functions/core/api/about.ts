import type { Route, RouteName } from "./routes.ts";

type Tag = { name: string; description: string; of: Route["service"][] };

/** By which the contract is read: one or more of the functions that answer. */
export const tags: Tag[] = [
  {
    name: "Grants",
    description: "What an agent asks for, looks at, extends and gives back; people look at grants here too.",
    of: ["grants-api"],
  },
  {
    name: "Credentials",
    description: "The session credentials of a grant, for the very principal that asked.",
    of: ["credentials-api"],
  },
  {
    name: "Actions",
    description: "Redeeming the permit of an approved action, and saying what came of it.",
    of: ["permits-api"],
  },
  {
    name: "Masked reads",
    description:
      "Rows of a grant that was asked for masked: no credentials, and tokens for what is personal.",
    of: ["read-masked"],
  },
  {
    name: "Decisions",
    description: "What people with an IAM identity say, without a link from a mail.",
    of: ["decisions-api"],
  },
  {
    name: "Stops",
    description: "Revoking one grant, and lockdowns: standing orders that stop a target altogether.",
    of: ["stops-api"],
  },
  {
    name: "Approval page",
    description: "What the link in an approver's mail opens. For a browser, not for programs.",
    of: ["approval-page"],
  },
  {
    name: "Public documents",
    description: "What anyone may read: this contract, and the keys by which the record is checked.",
    of: ["public-documents"],
  },
];

export const introduction = `Just-in-time access for agents on AWS. An agent asks for one resource, one kind of access and one window of time; \
policy decides at once, or people decide by mailed links; the credentials can do exactly what was approved, and end on \
the second.

Two calls for routine work: \`POST /grants\`, then \`POST /grants/{id}/credentials\`.

**Refusals** have one form, \`Error\`. Programs go by its \`code\`; each operation lists, by status, the codes that it may \
have. A path that is not here, and a method that a path has not (HEAD and OPTIONS too), is \`403 forbidden\`, said by \
API Gateway before anybody is known.

**Quotas** are per agent: asks a minute, dry runs and plain noes included; grants open at once; mails to one approver an \
hour. Over one of them the answer is \`429 quota_exceeded\` with \`Retry-After\`. The API as a whole has a throttle, which \
answers \`429 unavailable\`.

**Repeating** a call is safe: what makes something takes an \`Idempotency-Key\`; the rest answers what is so already.

**Times** are ISO 8601 in UTC. **Text** that people read is normalised, stripped of control and invisible characters, and \
measured afterwards. A request body is at most 16 KiB (a redemption: 64 KiB), 8 levels deep, and names no field twice.`;

/** What a caller should know of an operation before the first call. */
export const descriptions: Record<RouteName, string> = {
  catalogue:
    "Each resource with what an ask for its first access, the whole of it and its longest window would take now. Reckons with an agent that never asked; counts for no quota and is not on record.",
  ask: "`201` is a grant, which may still wait for people: look at `status`. A plain no is `403 policy_denied` with the rules and what would pass instead; it is on record too. With `dryRun` the answer is `200` with the decision, and no grant.",
  listGrants:
    "An agent sees its own. People of security and compliance name the agent. `waiting=me` is what the person who asks may decide now, and stands alone but for `limit`.",
  getGrant:
    "For its agent, its approvers, the resource's owners, security and compliance; for all others there is no such grant.",
  extend:
    "The same resource, access and scope for a time of its own, with a new decision. The old grant works on until its own end, whatever becomes of the new one.",
  release:
    "`CANCELLED` while nothing was minted; otherwise `REVOKING`, and `REVOKED` once calls were refused. Repeating it is fine.",
  askAction:
    "Decided as any ask is; what the catalogue's triggers find in the parameters decides who is asked. `201` may still wait for people: look at `status`. The parameters are checked by the action type's JSON Schema, and bound by their digest.",
  getAction:
    "For its agent, its approvers, the type's owners, security and compliance, and the system that is to perform it. `permit` only for the agent that asked, while the action is ACTIVE and nobody has redeemed it. `outcome` says `unknown` when nobody has told what came of it.",
  redeem:
    "By the permit's audience. What comes back says that the action was approved, is not stopped, and is done by nobody else: do it after that. A repeat with the Idempotency-Key that redeemed answers the same; every other second use is `permit_used`.",
  outcome:
    "`done`, `failed` or `unknown`; a later word replaces only `unknown`. Repeating the same changes nothing.",
  credentials:
    "As often as wanted while the grant is active. Waits up to 5 seconds while they are minted. In windows of more than an hour the next session is there 15 minutes before the last one ends.",
  read: "Columns and filters are those that the catalogue lists for the resource; no filter on a masked one. A page may have fewer rows than its limit, even none: `cursor` says whether it goes on. It is of this grant and of these columns, filters and object alone. Each page is on record, with counts and names of columns, before it is answered; how many pages and rows a grant may have in all is in the catalogue.",
  decision:
    "Who signed is who decides. `stage` and `digest` must be those that were seen. Repeating it answers what was recorded.",
  resend:
    "Those of the open stage who have not answered get a new link and code. For its approvers, the agent's owner, security and compliance.",
  review:
    "For security and the resource's owners, never who owns or owned the agent. Lets the agent break another glass.",
  revoke:
    "`CANCELLED` where nothing was minted, else `REVOKING`, and `REVOKED` once calls were refused. Repeating it changes nothing.",
  setLockdown:
    "It stands from then on. `201` for a new one; `200` for a target that is under a lockdown already: that one, applied again.",
  listLockdowns: "Oldest first. For people of security.",
  liftLockdown:
    "What it ended stays ended; agents ask again. The reason is in the query: write spaces as `%20`. Repeating it answers what is on record.",
  approvalPage:
    "Shows who asks for what, and decides nothing. The token in the path is from the approver's mail.",
  decide: "The form of the page. A stage that only a signed call decides is `403`, whatever is sent.",
  openapi: "Made from the schemas that the functions parse with.",
  jwks: "A JWK set (RFC 7517). No key ever leaves it; the one without `exp` signs now.",
};

/** What makes something, and so must not be done twice by a client that tries again. */
export const TAKES_KEY: readonly RouteName[] = ["ask", "askAction", "redeem", "extend", "setLockdown"];

/** What a status means here. */
export const meanings: Record<number, string> = {
  200: "Done",
  201: "Made",
  202: "Will be done",
  400: "Not a valid request: `details.path` says which field",
  403: "Refused",
  404: "Not there, or not yours",
  409: "Not in this state",
  410: "Over",
  413: "Too large",
  422: "What is stored is not as it should be",
  429: "Too much at once: try again later",
  500: "A mistake of Latchkey's, and on record",
  502: "No usable answer of a function",
  503: "Not now: nothing was changed, try again",
  504: "No answer of a function in time",
};
