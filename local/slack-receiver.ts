// Run by local/receiver.ts, beside the local AWS: takes what an incoming webhook of Slack would take.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { jobsStandIn } from "./jobs-stand-in.ts";

const MOST_KEPT = 1_000;
const MOST_BYTES = 100_000;

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * A server on loopback that keeps what is posted to `path`, newest last; `GET /notices` tells it all. All else is taken for
 * a call of Bedrock or SageMaker (jobs-stand-in.ts); `GET /jobs` tells those.
 */
export function receiverFor(path: string) {
  const notices: { time: string; message: unknown }[] = [];
  const jobs = jobsStandIn();
  return createServer(async (request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (request.method === "GET" && request.url === "/notices")
      return answer(200, "application/json", JSON.stringify(notices));
    if (request.method === "GET" && request.url === "/jobs")
      return answer(200, "application/json", JSON.stringify(jobs.calls()));
    const body = await bodyOf(request);
    const { method = "", url = "", headers } = request;
    if (url !== path) {
      const told = body === undefined ? undefined : jobs.answer({ method, path: url, headers, body });
      if (!told) return answer(404, "text/plain", "no_service");
      const type = (told.body as { __type?: string }).__type;
      if (type) response.setHeader("x-amzn-errortype", type);
      return answer(told.status, "application/json", JSON.stringify(told.body));
    }
    if (method !== "POST") return answer(404, "text/plain", "no_service");
    try {
      notices.push({ time: new Date().toISOString(), message: JSON.parse(body ?? "") });
      if (notices.length > MOST_KEPT) notices.shift();
      return answer(200, "text/plain", "ok");
    } catch {
      return answer(400, "text/plain", "invalid_payload");
    }
  });
}

/** A path that nobody guesses, in the form of Slack's. */
export const webhookPath = (): string => `/services/${randomUUID()}`;

const { SLACK_RECEIVER_PORT: port, SLACK_RECEIVER_PATH: path } = process.env;
if (port && path) receiverFor(path).listen(Number(port), "127.0.0.1");
