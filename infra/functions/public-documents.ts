import type { Construct } from "constructs";
import * as z from "zod";
import { CapabilityFunction } from "../function.ts";

const env = z.object({});

/** The contract, for anyone. Has no permission but to write its log. */
export class PublicDocuments extends CapabilityFunction<typeof env> {
  constructor(scope: Construct) {
    super(scope, "public-documents", {
      description: "Latchkey: the OpenAPI document",
      env,
      environment: {},
      permissions: [],
      timeoutSeconds: 15,
      reservedConcurrency: 5,
    });
  }
}
