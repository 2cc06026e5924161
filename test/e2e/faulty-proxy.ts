import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a request goes wrong on its way: refused by the service, done and never answered, or answered late. */
export type Wrong = "error" | "lost" | "late";
/** Which requests, and how the first, the second, … of them go. What is left goes well. */
type Order = { operation: string; goes: Wrong[] };

const LATE_MS = 1_500;

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The operation of a request: a header of JSON services, `Action` of the older ones. */
function operationOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? "";
  return new URLSearchParams(body.toString("utf8")).get("Action") ?? "";
}

/** A way to the local AWS on which some requests go wrong. The signature is over what arrives, so nothing is changed. */
export async function openFaultyProxy(to: string) {
  const orders: Order[] = [];
  const seen: string[] = [];
  const { hostname, port } = new URL(to);

  const forward = (asked: IncomingMessage, body: Buffer) =>
    new Promise<{ answer: IncomingMessage; content: Buffer }>((done, fail) => {
      const { method, url: path, headers } = asked;
      const upstream = request({ hostname, port, method, path, headers }, (answer) => {
        bodyOf(answer).then((content) => done({ answer, content }), fail);
      });
      upstream.on("error", fail);
      upstream.end(body);
    });

  async function handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await bodyOf(asked);
    const operation = operationOf(asked, body);
    seen.push(operation);
    const wrong = orders.find((each) => each.operation === operation)?.goes.shift();
    if (wrong === "error") {
      reply.writeHead(500, { "content-type": "application/x-amz-json-1.0" });
      reply.end(JSON.stringify({ __type: "InternalServerError", message: "by order" }));
      return;
    }
    const { answer, content } = await forward(asked, body);
    if (wrong === "lost") {
      asked.socket.destroy();
      return;
    }
    if (wrong === "late") await new Promise((done) => setTimeout(done, LATE_MS));
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    reply.end(content);
  }

  const server = createServer((asked, reply) => {
    handle(asked, reply).catch(() => asked.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on; what was ordered of this operation before is forgotten. */
    order(operation: string, ...goes: Wrong[]): void {
      orders.unshift({ operation, goes });
      seen.length = 0;
    },
    count: (operation: string): number => seen.filter((each) => each === operation).length,
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
