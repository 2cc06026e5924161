import { allRoutes } from "../../functions/core/api/routes.ts";
import type { ErrorCode } from "../../functions/core/errors.ts";
import type { Reply, Request } from "./api.ts";

const pattern = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/** What is wrong with an answer by the route table: a status or a code that its row does not have. */
export function whatIsNotInTheContract(request: Request, { status, code }: Reply): string | undefined {
  const route = allRoutes.find(
    ({ method, path }) => method === request.method && pattern(path).test(request.path),
  );
  // Paths and methods that there are not: API Gateway answers, not the function that is tried here.
  if (!route) return undefined;
  const known = code === undefined ? status in route.answers : route.refuses.includes(code as ErrorCode);
  return known ? undefined : `${route.name} answered ${status} ${code ?? ""}, which its row does not have`;
}
