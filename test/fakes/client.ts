import type { Identity, Request } from "./api.ts";
import type { World } from "./world.ts";

/** What a signed caller can do, one method a route. */
export function clientOf(world: World, identity: Identity | undefined) {
  const call = (method: string, path: string, more: Partial<Request> = {}) =>
    world.call(identity, { method, path, ...more });
  return {
    call,
    ask: (body: unknown, headers: Record<string, string> = {}) => call("POST", "/grants", { body, headers }),
    get: (id: string, query: Record<string, string> = {}) => call("GET", `/grants/${id}`, { query }),
    list: (query: Record<string, string> = {}) => call("GET", "/grants", { query }),
    catalogue: () => call("GET", "/catalogue"),
    act: (body: unknown, headers: Record<string, string> = {}) => call("POST", "/actions", { body, headers }),
    action: (id: string, query: Record<string, string> = {}) => call("GET", `/actions/${id}`, { query }),
    redeem: (id: string, body: unknown, headers: Record<string, string> = {}) =>
      call("POST", `/actions/${id}/redeem`, { body, headers }),
    outcome: (id: string, body: unknown) => call("POST", `/actions/${id}/outcome`, { body }),
    extend: (id: string, body: unknown, headers: Record<string, string> = {}) =>
      call("POST", `/grants/${id}/extend`, { body, headers }),
    release: (id: string) => call("POST", `/grants/${id}/release`),
    decide: (id: string, body: unknown) => call("POST", `/grants/${id}/decision`, { body }),
    resend: (id: string) => call("POST", `/grants/${id}/resend`),
    review: (id: string, comment: unknown = "looked at it") =>
      call("POST", `/grants/${id}/review`, { body: { comment } }),
    revoke: (id: string, reason: unknown = "it looks wrong") =>
      call("POST", `/grants/${id}/revoke`, { body: { reason } }),
    lockDown: (target: unknown, reason: unknown = "an incident", headers: Record<string, string> = {}) =>
      call("POST", "/lockdowns", { body: { target, reason }, headers }),
    lockdowns: () => call("GET", "/lockdowns"),
    lift: (id: string, reason = "it is over") => call("DELETE", `/lockdowns/${id}`, { query: { reason } }),
    waiting: (query: Record<string, string> = {}) =>
      call("GET", "/grants", { query: { waiting: "me", ...query } }),
    read: (id: string, body: unknown = {}) => call("POST", `/grants/${id}/read`, { body }),
    collect: (id: string) => call("POST", `/grants/${id}/credentials`),
  };
}
