import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { expectTypeOf, test } from "vitest";
import type * as api from "../../../client/broker/broker.ts";
import type { Credentials, LatchkeyProvider } from "../../../client/sdk/options.ts";
import type * as sdk from "../../../client/sdk/types.ts";
import type * as actions from "../../../functions/core/api/actions.ts";
import type * as reads from "../../../functions/core/api/reads.ts";
import type * as schemas from "../../../functions/core/api/schemas.ts";
import type { Lockdown } from "../../../functions/core/lockdown.ts";
import type { Alternative } from "../../../functions/core/policy/decided.ts";

// These are assertions for tsc, which npm run check runs over this file; at run time they are nothing.
test("the package's hand-written types are those of the API's schemas", () => {
  expectTypeOf<sdk.Grant>().toEqualTypeOf<schemas.GrantView>();
  expectTypeOf<sdk.Decision>().toEqualTypeOf<schemas.DecisionView>();
  expectTypeOf<sdk.Stage>().toEqualTypeOf<schemas.DecisionView["plan"][number]>();
  expectTypeOf<sdk.Alternative>().toEqualTypeOf<Alternative>();
  expectTypeOf<sdk.Catalogue>().toEqualTypeOf<schemas.CatalogueView>();
  expectTypeOf<sdk.ProcessCredentials>().toEqualTypeOf<schemas.CredentialsView>();
  expectTypeOf<sdk.Action>().toEqualTypeOf<actions.ActionView>();
  expectTypeOf<sdk.Redeemed>().toEqualTypeOf<actions.RedeemedView>();
  expectTypeOf<sdk.Row>().toEqualTypeOf<reads.ReadView["rows"][number]>();
  expectTypeOf<sdk.Lockdown>().toEqualTypeOf<Lockdown>();
});

test("the broker that a program gets is the client's own", () => {
  type Method = keyof sdk.Broker;
  expectTypeOf<Pick<api.Broker, Method>>().toExtend<sdk.Broker>();
  expectTypeOf<sdk.Broker>().toExtend<Pick<api.Broker, Method>>();
  expectTypeOf<Parameters<sdk.Broker["ask"]>[0]>().toEqualTypeOf<schemas.AskBody>();
  expectTypeOf<Parameters<sdk.Broker["act"]>[0]>().toEqualTypeOf<actions.ActionBody>();
  expectTypeOf<Parameters<sdk.Broker["redeem"]>[1]>().toEqualTypeOf<actions.RedeemBody>();
  expectTypeOf<Parameters<sdk.Broker["outcome"]>[1]>().toEqualTypeOf<actions.OutcomeBody>();
  expectTypeOf<Parameters<sdk.Broker["read"]>[1]>().toEqualTypeOf<reads.ReadBody>();
  expectTypeOf<Awaited<ReturnType<sdk.Broker["read"]>>>().toEqualTypeOf<reads.ReadView>();
  expectTypeOf<Parameters<sdk.Broker["extend"]>[1]>().toEqualTypeOf<schemas.ExtendBody>();
  expectTypeOf<Parameters<sdk.Broker["decide"]>[1]>().toEqualTypeOf<schemas.DecisionBody>();
});

test("what it gives is what clients of the AWS SDK take", () => {
  type Taken = NonNullable<S3ClientConfig["credentials"]>;
  expectTypeOf<sdk.Keys>().toExtend<Taken>();
  expectTypeOf<Credentials>().toExtend<Taken>();
  expectTypeOf<LatchkeyProvider>().toExtend<Taken>();
});
