import { accessUntil, type Call, type Life } from "../life.ts";
import { asked, grouped, periodOf, type Row, type Truth, time } from "./row.ts";

export const neverUsed: Truth = ({ lives, readers }, values) => {
  const from = Date.parse(`${values.from?.slice(0, 10)}T00:00:00Z`);
  const within = periodOf(values);
  // What the trail tells of since the period began. The planted stray call is one of S3, as the readers' are.
  const services = new Set([
    ...(readers.some(({ at }) => at >= from) ? ["s3"] : []),
    ...lives.flatMap(({ calls, resource }) => (calls.some(({ at }) => at >= from) ? [resource.service] : [])),
  ]);
  return lives.flatMap((life) => {
    const called = life.calls.some(({ at }) => at >= from);
    const unused = life.collects === 0 || (!called && services.has(life.resource.service));
    if (!within(life.activatedAt) || !unused) return [];
    return {
      ...asked(life),
      owner_id: life.agent.owner,
      activated_at: time(life.activatedAt),
      window_seconds: life.windowSeconds,
      collects: life.collects,
      unused_by: life.collects === 0 ? "never collected" : "never called",
    };
  });
};

const placeOf = ({ bucket, key }: Call) => (bucket && key ? `${bucket}/${key}` : undefined);
const baseOf = ({ resource }: Life) => resource.arn.replace("*", "").split(":::")[1] ?? "";

export const usedLess: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives.flatMap((life) => {
    const calls = life.calls.filter(({ error }) => !error);
    if (!within(life.activatedAt) || calls.length === 0) return [];
    const below = calls.flatMap((call) => {
      const place = placeOf(call);
      return life.resource.service === "s3" && place?.startsWith(baseOf(life))
        ? [place.slice(baseOf(life).length)]
        : [];
    });
    const folders = new Set(
      below.map((key) => (key.includes("/") ? key.split("/")[0] : `no folder: ${key}`)),
    );
    const onlyRead = life.access === "write" && calls.every(({ readOnly }) => readOnly);
    const one = life.scope === undefined && folders.size === 1 && below.every((key) => key.includes("/"));
    const usedMs = Math.max(...calls.map(({ at }) => at)) - (life.startsAt ?? 0);
    const brief = usedMs < life.windowSeconds * 100;
    if (!onlyRead && !one && !brief) return [];
    return {
      ...asked(life),
      owner_id: life.agent.owner,
      window_seconds: life.windowSeconds,
      calls: calls.length,
      only_read: onlyRead,
      one_folder: one,
      folder: one ? [...folders][0] : undefined,
      brief,
      used_ms: usedMs,
    };
  });
};

function isInScope(life: Life, call: Call): boolean {
  const base = baseOf(life);
  if (life.resource.service !== "s3") {
    const { arn } = life.resource;
    return call.arn === arn || call.arn?.startsWith(`${arn}/`) === true;
  }
  const place = placeOf(call);
  if (place === undefined) return call.bucket === base.split("/")[0];
  if (!place.startsWith(base)) return false;
  const scope = life.scope ? (JSON.parse(life.scope) as { prefix?: string; keys?: string[] }) : undefined;
  const rest = place.slice(base.length);
  if (scope?.prefix !== undefined) return rest.startsWith(scope.prefix);
  return scope?.keys === undefined || scope.keys.includes(rest);
}

function breachOf(life: Life, call: Call): string | undefined {
  const attempts = Math.max(0, ...life.claims.map(({ attempt }) => attempt));
  if (call.attempt > attempts) return "no such attempt";
  if (call.error && /AccessDenied|Unauthorized|ExpiredToken/.test(call.error)) return "refused";
  // A fault of another kind may be the caller's or the service's; of no such thing only the allowed are told.
  if (call.error && !/^NoSuch|NotFound/.test(call.error)) return undefined;
  const until = accessUntil(life);
  if (until === undefined || call.at < (life.startsAt ?? 0) || call.at > until) return "outside the window";
  if (life.access !== "write" && !call.readOnly) return "wrote";
  if (life.resource.service !== "s3" && !call.arn) return "no resource named";
  return isInScope(life, call) ? undefined : "outside the scope";
}

export const outsideScope: Truth = ({ lives, planted: { stray } }, values) => {
  const within = periodOf(values);
  const found = lives.flatMap((life) =>
    life.calls.flatMap((call): Row[] => {
      const breach = within(call.at) ? breachOf(life, call) : undefined;
      if (!breach) return [];
      return [
        {
          used_at: time(call.at),
          breach,
          ...asked(life),
          resource_id: undefined,
          session_name: `lk.${life.agent.key}.${life.id}.${call.attempt}`,
          service: life.resource.service,
          api_action: call.action,
          called_resource:
            placeOf(call) ?? call.arn ?? (call.bucket ? `arn:aws:s3:::${call.bucket}` : undefined),
          error_code: call.error,
          granted_resource: life.resource.arn,
          granted_scope: life.scope,
          usage_id: call.id,
        },
      ];
    }),
  );
  const { call, grant, session } = stray;
  if (within(call.at))
    found.push({
      used_at: time(call.at),
      breach: "no such grant",
      grant_id: grant,
      session_name: session,
      service: "s3",
      api_action: call.action,
      called_resource: placeOf(call),
      usage_id: call.id,
    });
  return found;
};

export const recordReaders: Truth = ({ beside, readers }, values) => {
  const within = periodOf(values);
  const reads = [
    ...beside.reads.map(({ at, who, path, count }) => ({
      via: "API",
      at,
      who,
      what: path,
      count,
      refused: 0,
    })),
    ...readers
      .filter(({ arn }) => !arn.startsWith("arn:aws:sts::000000000000:assumed-role/latchkey-sign-digest/"))
      .map(({ at, arn, action, bucket, error }) => ({
        via: "S3",
        at,
        who: arn,
        what: `${action} ${bucket}`,
        count: 1,
        refused: error ? 1 : 0,
      })),
  ].filter(({ at }) => within(at));
  return grouped(reads, ({ via, who, what }) => `${via} ${who} ${what}`).map((alike) => ({
    via: alike[0]?.via,
    reader: alike[0]?.who,
    read_what: alike[0]?.what,
    reads: alike.reduce((sum, { count }) => sum + count, 0),
    refused: alike.reduce((sum, { refused }) => sum + refused, 0),
    first_at: time(Math.min(...alike.map(({ at }) => at))),
    last_at: time(Math.max(...alike.map(({ at }) => at))),
  }));
};
