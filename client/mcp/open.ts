import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { openHere, pause } from "../broker/open.ts";
import { LatchkeyError } from "../errors.ts";
import { told } from "../exit.ts";
import type { BrokerOptions } from "../options.ts";
import { nearest, readProfiles } from "../profiles.ts";
import { whereOptions } from "../show/command.ts";
import { runJob } from "./child.ts";
import type { McpDeps } from "./deps.ts";
import { serveWire } from "./stdio.ts";
import { tokenOf } from "./token.ts";

export type McpOptions = BrokerOptions & { file?: string; http?: string; tokenFile?: string; keep?: boolean };

/**
 * Read once, when the server starts: what a model may run is not changed by what it, or its tools, write later. Where there
 * is none there are no commands, and all else works.
 */
function fileOf(path: string | undefined): NonNullable<McpDeps["file"]> | undefined {
  if (path === undefined && !nearest(process.cwd())) return undefined;
  const { path: found, content } = readProfiles(process.cwd(), path);
  for (const [name, { profiles }] of Object.entries(content.commands ?? {}))
    for (const profile of profiles)
      if (!Object.hasOwn(content.profiles, profile))
        throw new LatchkeyError(
          "config",
          `${found}: commands.${name}.profiles: there is no profile ${profile}.`,
        );
  return { folder: dirname(found), content };
}

const wordOf = (value: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;

/** `latchkey mcp`: stdio, or HTTP on a port of this machine. Returns when the client is gone or `stopped` is aborted. */
export async function openMcp(options: McpOptions, version: string, stopped: AbortSignal): Promise<void> {
  const { broker, place } = openHere(options);
  const file = fileOf(options.file);
  const tell = (line: string): void => void process.stderr.write(`${told(line)}\n`);
  const deps: McpDeps = {
    ...{ broker, place, pause, tell, now: Date.now, env: process.env, given: [], run: runJob },
    ...(file ? { file } : {}),
    // Whoever reads the profile stands elsewhere.
    placeOptions: whereOptions({
      ...options,
      ...(options.localFile === undefined ? {} : { localFile: resolve(options.localFile) }),
    }).map(wordOf),
  };
  const serving = { version, keep: options.keep ?? false };
  if (options.http === undefined) return serveWire(deps, serving, stopped);
  const port = Number(options.http);
  if (!/^\d{1,5}$/.test(options.http) || port > 65_535)
    throw new LatchkeyError("usage", `--http ${JSON.stringify(options.http)} is no port: one is 0 to 65535.`);
  const { token, source } = tokenOf(options.tokenFile, { env: process.env, home: homedir() });
  const { serveHttp } = await import("./http.ts");
  await serveHttp(deps, { ...serving, port, token }, stopped, (url) =>
    tell(`Listening at ${url} on this machine; clients send the token of ${source}.`),
  );
}
