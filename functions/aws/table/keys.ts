/** Every key string of the table. One table; the access patterns and who reads them are listed in `docs/architecture.md`. */
export const keys = {
  grant: (id: string) => ({ pk: `GRANT#${id}`, sk: "GRANT" }),
  /** Chain events sort by sequence; notes (events outside the chain) by what makes them unique. */
  chainEvent: (id: string, sequence: number) => ({
    pk: `GRANT#${id}`,
    sk: `EVENT#${String(sequence).padStart(6, "0")}`,
  }),
  noteEvent: (id: string, note: string) => ({ pk: `GRANT#${id}`, sk: `NOTE#${note}` }),
  looseEvent: (id: string) => ({ pk: `EVENT#${id}`, sk: "EVENT" }),
  stage: (id: string, stage: number) => ({ pk: `GRANT#${id}`, sk: `STAGE#${stage}` }),
  sealed: (id: string) => ({ pk: `GRANT#${id}`, sk: "SEALED" }),
  /** Of an action, all beginning so: its permit, that it was redeemed, and what came of it. */
  action: (id: string) => ({ pk: `GRANT#${id}`, sk: "ACTION#" }),
  permit: (id: string) => ({ pk: `GRANT#${id}`, sk: "ACTION#PERMIT" }),
  redeemed: (id: string) => ({ pk: `GRANT#${id}`, sk: "ACTION#REDEEMED" }),
  outcome: (id: string) => ({ pk: `GRANT#${id}`, sk: "ACTION#OUTCOME" }),
  /** Of a grant whose rows are read masked: how many pages and rows it has had. */
  maskedReads: (id: string) => ({ pk: `GRANT#${id}`, sk: "READS" }),
  /** Who waits for an action that an event started: its task token. */
  caller: (id: string) => ({ pk: `GRANT#${id}`, sk: "CALLER" }),
  link: (tokenHash: string) => ({ pk: `LINK#${tokenHash}`, sk: "LINK" }),
  live: (role: string, id: string) => ({ pk: `ROLE#${role}`, sk: `LIVE#${id}` }),
  deny: (role: string, id: string) => ({ pk: `ROLE#${role}`, sk: `DENY#${id}` }),
  expiring: (role: string, id: string) => ({ pk: `ROLE#${role}`, sk: `EXPIRING#${id}` }),
  render: (role: string) => ({ pk: `ROLE#${role}`, sk: "RENDER" }),
  /** Of a role whose list was full: sessions issued before are denied. */
  cutOff: (role: string) => ({ pk: `ROLE#${role}`, sk: "CUTOFF" }),
  /** Standing lockdowns, all in one partition: there are few. */
  lockdown: (id: string) => ({ pk: "LOCKDOWN", sk: `LOCKDOWN#${id}` }),
  /** Which lockdown stands for a target: one at a time. */
  lockdownOf: (target: string) => ({ pk: "LOCKDOWN", sk: `TARGET#${target}` }),
  /** Which policy `sweep` saw last, and every agent, resource and role that any policy had. */
  policy: () => ({ pk: "POLICY", sk: "POLICY" }),
  /** Which grant extends this one: at most one at a time. */
  extension: (id: string) => ({ pk: `GRANT#${id}`, sk: "EXTENSION" }),
  pin: (arn: string) => ({ pk: `PIN#${arn}`, sk: "PIN" }),
  idempotency: (principal: string, key: string) => ({ pk: `IDEM#${principal}`, sk: `KEY#${key}` }),
  /** Of an agent: who is still open and how fast it asks; what it had of each resource; a break-glass review. */
  quota: (agent: string) => ({ pk: `AGENT#${agent}`, sk: "QUOTA" }),
  use: (agent: string, resource: string) => ({ pk: `AGENT#${agent}`, sk: `USE#${resource}` }),
  review: (agent: string) => ({ pk: `AGENT#${agent}`, sk: "REVIEW" }),
  /** How many mails a person was sent in an hour. */
  mails: (person: string) => ({ pk: `PERSON#${person}`, sk: "MAILS" }),
  /** What is known of digests: the public keys that ever signed, and how far the signer and each witness are. */
  digestKey: (kid: string) => ({ pk: "DIGEST", sk: `KEY#${kid}` }),
  digestProgress: (follower: string) => ({ pk: "DIGEST", sk: `PROGRESS#${follower}` }),
  /** The public keys that ever signed a permit. */
  permitKey: (kid: string) => ({ pk: "PERMITKEYS", sk: `KEY#${kid}` }),
  /** What is kept of a subject under a rule of red flags; and flags whose action is not done yet, few of them. */
  watch: (subject: string, rule: string) => ({ pk: `WATCH#${subject}`, sk: `RULE#${rule}` }),
  openFlag: (id: string) => ({ pk: "FLAGS", sk: `OPEN#${id}` }),
  refusals: (minute: string, principal: string, what: string) => ({
    pk: `REFUSED#${minute}`,
    sk: `${principal}#${what}`,
  }),
  reads: (minute: string, principal: string, what: string) => ({
    pk: `READ#${minute}`,
    sk: `${principal}#${what}`,
  }),
} as const;

/** Grants by agent and time asked: `GET /grants`. */
export const BY_AGENT = "by-agent";
export const byAgent = (agent: string, askedAt: string, id: string) => ({
  gsi1pk: `AGENT#${agent}`,
  gsi1sk: `${askedAt}#${id}`,
});

/** Grants that wait for people, by the group of the stage that is open and time asked: `GET /grants?waiting=me`. */
export const WAITING = "waiting";
export const waiting = (group: string, askedAt: string, id: string) => ({
  waitingPk: `WAITING#${group}`,
  waitingSk: `${askedAt}#${id}`,
});

/** Grants by the hour of their last move (`yyyy-mm-ddThh`), in shards: which chains a digest must name. */
export const MOVED = "moved";
export const MOVED_SHARDS = 4;
export const movedPartition = (hour: string, shard: number): string => `MOVED#${hour}#${shard}`;

/** What `sweep` must look at, by time, in shards so that no partition takes every write. */
export const DUE = "due";
export const DUE_SHARDS = 8;
export const duePartition = (shard: number): string => `DUE#${shard}`;
/** Counters of refusals and reads are apart: whoever has very many calls refused keeps nothing else waiting for its look. */
export const DUE_COUNTERS = duePartition(DUE_SHARDS);
export const dueCounter = (id: string, at: string) => ({ duePk: DUE_COUNTERS, dueSk: `${at}#${id}` });
function shardOf(id: string, shards: number): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum % shards;
}
export const due = (id: string, at: string) => ({
  duePk: duePartition(shardOf(id, DUE_SHARDS)),
  dueSk: `${at}#${id}`,
});
export const moved = (id: string, at: string) => ({
  movedPk: movedPartition(at.slice(0, 13), shardOf(id, MOVED_SHARDS)),
  movedSk: id,
});
