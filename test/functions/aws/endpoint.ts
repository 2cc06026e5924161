import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

export type Received = { target: string | undefined; body: string; authorization: string };
export type Answer = { status: number; body: string; headers?: Record<string, string> };

/** A service's endpoint on loopback, so that the real SDK client sends, parses and names errors as it does with AWS. */
export class Endpoint {
  readonly received: Received[] = [];
  answer: Answer = { status: 200, body: "{}" };
  private server: Server | undefined;

  async listen(service: string): Promise<void> {
    this.server = createServer(async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const target = request.headers["x-amz-target"];
      this.received.push({
        target: typeof target === "string" ? target : undefined,
        body: Buffer.concat(chunks).toString("utf8"),
        authorization: request.headers.authorization ?? "",
      });
      response.writeHead(this.answer.status, this.answer.headers ?? {}).end(this.answer.body);
    });
    await new Promise<void>((ready) => this.server?.listen(0, "127.0.0.1", ready));
    const { port } = this.server.address() as AddressInfo;
    process.env[`AWS_ENDPOINT_URL_${service}`] = `http://127.0.0.1:${port}`;
    process.env.AWS_ACCESS_KEY_ID = "test";
    process.env.AWS_SECRET_ACCESS_KEY = "test";
    process.env.AWS_REGION = "us-east-1";
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }
}

/** One endpoint for the tests of a file. `service` as in the SDK's `AWS_ENDPOINT_URL_<service>`. */
export function useEndpoint(service: string): Endpoint {
  const endpoint = new Endpoint();
  beforeAll(() => endpoint.listen(service));
  afterAll(() => endpoint.close());
  return endpoint;
}
