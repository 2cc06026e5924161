import type { Actor, AuditEvent, Facts, SealedEvent } from "../event.ts";
import { OCSF_VERSION, rowFor } from "../registry.ts";
import { type Attributes, categories, classes } from "./classes.ts";
import { ocsfIds } from "./ids.ts";

const SEVERITIES: Record<number, string> = { 1: "Informational", 2: "Low", 3: "Medium", 4: "High" };
const STATUSES: Record<number, string> = { 1: "Success", 2: "Failure" };
const FINDING_STATUSES: Record<number, string> = { 1: "New", 4: "Resolved" };
const USER_TYPES = { person: 1, system: 3, agent: 4, unknown: 0 } as const;
const SHA_256 = 3;
const IP = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i;

const ms = (iso: string): number => new Date(iso).getTime();

function actorOf({ type, id, arn, sessionName }: Actor): Attributes {
  if (type === "broker") return { app_name: "Latchkey", app_uid: id };
  return {
    user: { uid: id, type_id: USER_TYPES[type], ...(arn ? { uid_alt: arn } : {}) },
    ...(sessionName ? { session: { uid: sessionName } } : {}),
  };
}

/** Where a call came from: its address as far as it was told; of the broker's own acts, which part of it acted. */
function endpointOf({ type, id, arn, sourceIp }: Actor): Attributes {
  if (sourceIp && IP.test(sourceIp)) return { ip: sourceIp };
  return type === "broker" ? { svc_name: id } : { uid: arn ?? id };
}

/** How many times, and over which time, where an event tells of more than its own moment. */
function spanOf({ type, facts: { count, startsAt, endsAt } }: AuditEvent): Attributes {
  const isCounted = type === "request.refused" || type === "record.read";
  if (!isCounted && type !== "digest.signed") return {};
  const span = startsAt && endsAt ? { start_time: ms(startsAt), end_time: ms(endsAt) } : {};
  return isCounted && count !== undefined ? { count, ...span } : span;
}

/** Facts without a place of their own in the class, so that nothing is lost. */
const rest = (facts: Facts, placed: readonly (keyof Facts)[]): Attributes =>
  Object.fromEntries(
    Object.entries(facts).filter(
      ([name, value]) => value !== undefined && !placed.includes(name as keyof Facts),
    ),
  );

function wordsOf({ type, facts }: AuditEvent): Attributes {
  const { categoryUid, classUid, activityId, typeUid, severityId, statusId } = ocsfIds({ type, facts });
  const of = classes[rowFor(type).classUid];
  const activity = of.activities[activityId] ?? "Other";
  return {
    category_uid: categoryUid,
    category_name: categories[categoryUid],
    class_uid: classUid,
    class_name: of.name,
    activity_id: activityId,
    // With `Other`, the name is the source's own.
    activity_name: activity === "Other" ? type : activity,
    type_uid: typeUid,
    type_name: `${of.name}: ${activity}`,
    severity_id: severityId,
    severity: SEVERITIES[severityId],
    status_id: statusId,
    status: (of.actorInEvidences ? FINDING_STATUSES : STATUSES)[statusId],
  };
}

/**
 * An event of the record as an OCSF event, for systems that speak it. The text that was hashed goes along with its hash, so
 * that whoever has it can prove it still; facts without a place in the class are in `unmapped`. Texts are exact here: JSON
 * has its own escapes.
 */
export function ocsfOf({ event, body, hash }: SealedEvent): Attributes {
  const { facts, actor, chain, grant, type } = event;
  const { map, actorInEvidences } = classes[rowFor(type).classUid];
  const { attributes, placed } = map(event);
  const who = { actor: actorOf(actor), src_endpoint: endpointOf(actor) };
  const unmapped = rest(facts, [...placed, "code"]);
  return {
    metadata: {
      version: OCSF_VERSION,
      product: { name: "Latchkey", vendor_name: "Latchkey", feature: { name: "record" } },
      uid: event.id,
      event_code: type,
      log_name: "latchkey-audit",
      ...(grant ? { correlation_uid: grant } : {}),
      ...(chain ? { sequence: chain.sequence } : {}),
      ...("ai_model" in attributes ? { profiles: ["ai_operation"] } : {}),
    },
    time: ms(event.time),
    ...wordsOf(event),
    ...(facts.code ? { status_code: facts.code } : {}),
    message: rowFor(type).meaning,
    ...(actorInEvidences ? { evidences: [who] } : who),
    ...attributes,
    ...spanOf(event),
    raw_data: body,
    raw_data_hash: { algorithm_id: SHA_256, algorithm: "SHA-256", value: hash },
    ...(Object.keys(unmapped).length > 0 ? { unmapped } : {}),
  };
}
