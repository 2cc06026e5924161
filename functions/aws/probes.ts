import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Probe } from "../core/kinds/kind.ts";
import { type ProbeAnswer, readProbeAnswer } from "../core/probe.ts";
import { signedFetch } from "./signed-fetch.ts";
import { type StsSession, sessionIn } from "./sts-credentials.ts";

export type ProbeOrder = { roleArn: string; sessionName: string; resourceArn: string; probe: Probe };
/** Makes one call in a session of its own, which may do that call and nothing else. Never throws: no answer is `unclear`. */
export type RunProbe = (order: ProbeOrder) => Promise<ProbeAnswer>;

const TIMEOUT_MS = 5_000;
const unclear = (fault: unknown): ProbeAnswer => ({
  is: "unclear",
  code: fault instanceof Error ? fault.name.slice(0, 60) : "unknown",
});

/**
 * Where a service is: the endpoint that everything is sent to, when one is set (the local AWS), else the service's host of
 * the region. https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints
 */
export function probeUrl(
  { service, host, path }: Probe["request"],
  where: { region: string; endpoint?: string },
): URL {
  const suffix = where.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(path, where.endpoint ?? `https://${host ?? `${service}.${where.region}.${suffix}`}`);
}

async function send(probe: Probe, region: string, credentials: StsSession): Promise<Response> {
  const { service, method, query = {}, headers, body } = probe.request;
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const url = probeUrl(probe.request, { region, ...(endpoint ? { endpoint } : {}) });
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const content = { ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
  return signedFetch(
    { url, method, service, region, credentials, ...content },
    AbortSignal.timeout(TIMEOUT_MS),
  );
}

/** The prover's means: each probe in a session of its own name, always under a session policy of its one statement. */
export function openProbes(externalId: string, ownRegion: string): RunProbe {
  // A call that hangs would hold every round of its batch until the function is cut off.
  const sts = new STSClient({ requestHandler: { requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true } });
  return async ({ roleArn, sessionName, resourceArn, probe }) => {
    try {
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [probe.statement] });
      const assumed = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          ExternalId: externalId,
          Policy,
          DurationSeconds: 900,
        }),
      );
      const given = sessionIn(assumed.Credentials);
      let answer = await send(probe, resourceArn.split(":")[3] || ownRegion, given);
      // A bucket's ARN does not say its region; S3 does.
      const elsewhere = answer.status >= 300 && answer.headers.get("x-amz-bucket-region");
      if (elsewhere && elsewhere !== ownRegion && answer.status !== 403)
        answer = await send(probe, elsewhere, given);
      const { status, headers } = answer;
      const said = { status, errorType: headers.get("x-amzn-errortype"), body: await answer.text() };
      return readProbeAnswer(said, probe.answered);
    } catch (fault) {
      return unclear(fault);
    }
  };
}
