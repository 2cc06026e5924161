/**
 * Files that are mutated in one run, and the tests that must notice: their own, and few, for every mutant runs all of them
 * that come by it. A mutant that only others would notice counts as one that survives.
 */
type Part = {
  mutate: readonly string[];
  tests: readonly string[];
  /** 1 where a module keeps what it once made: what a mutant made wrongly must not fail the tests of the next. */
  runsOfThread?: 1;
};

/** The modules on which it hangs that access is right, ends, and is on record. */
export const modules: Readonly<Record<string, readonly Part[]>> = {
  decision: [
    {
      mutate: ["functions/core/policy/{context,decided,known,risk,window-cap}.ts"],
      tests: ["test/core/policy/{known,risk,window-cap}.test.ts"],
    },
    {
      mutate: ["functions/core/policy/{ask,bundle,decision,engine,plan}.ts"],
      tests: ["test/core/policy/{ask,break-glass,decision,engine,plan}.test.ts"],
    },
    {
      mutate: ["functions/core/policy/alternatives.ts"],
      tests: ["test/core/policy/alternatives.test.ts"],
    },
    {
      mutate: ["functions/core/policy/changed.ts"],
      tests: ["test/functions/mint-credentials/policy-changed.test.ts"],
    },
    {
      mutate: ["functions/core/policy/clock.ts"],
      tests: ["test/core/policy/clock.test.ts"],
      runsOfThread: 1,
    },
  ],
  approval: [
    { mutate: ["functions/core/approval/*.ts"], tests: ["test/core/approval/*.test.ts"] },
    {
      mutate: ["functions/aws/decide-stage.ts"],
      tests: ["test/functions/aws/decide-stage.test.ts", "test/functions/approval-page/decide.test.ts"],
    },
  ],
  mint: [
    {
      mutate: ["functions/mint-credentials/{deps,mint}.ts"],
      tests: [
        "test/functions/mint-credentials/{mint,refused,policy-changed,starts,faults,masked,rotation}.test.ts",
      ],
    },
    {
      mutate: ["functions/mint-credentials/{assume,refusals}.ts"],
      tests: ["test/functions/mint-credentials/assume.test.ts"],
    },
    { mutate: ["functions/core/session-policy.ts"], tests: ["test/core/kinds/session-policy.test.ts"] },
    {
      mutate: ["functions/core/grant/*.ts"],
      tests: ["test/core/grant/{diagram,digest,due,gives,moves,rotation,schedule,step,view,words}.test.ts"],
    },
  ],
  revoke: [
    { mutate: ["functions/core/deny-{document,list}.ts"], tests: ["test/core/deny-list.test.ts"] },
    {
      mutate: ["functions/revoke-access/{revoke,write-list}.ts"],
      tests: ["test/functions/revoke-access/{revoke,full-list,told}.test.ts"],
    },
    {
      mutate: ["functions/revoke-access/cut-off.ts"],
      tests: ["test/functions/revoke-access/cut-off.test.ts"],
    },
    {
      mutate: ["functions/prove-denial/prove.ts"],
      tests: ["test/functions/prove-denial/{prove,told}.test.ts"],
    },
  ],
  verifier: [
    {
      mutate: ["functions/core/audit/verify/*.ts"],
      tests: ["test/core/audit/verify/{attacks,chains,digests,files,proof,rows,told}.test.ts"],
    },
    {
      mutate: ["functions/core/audit/verify/parquet/*.ts"],
      tests: ["test/core/audit/verify/{parquet,parquet-told}.test.ts"],
    },
  ],
  masker: [
    {
      mutate: ["functions/core/masking/!(letters|check-masking).ts"],
      tests: [
        "test/core/masking/{attacks,cursor,describe,edges,masker,methods,raw-values,request,rules,sql,tokens}.test.ts",
      ],
    },
    {
      mutate: ["functions/core/masking/letters.ts", "functions/core/masking/text/numbering.ts"],
      tests: ["test/core/masking/{edges,found,methods,text}.test.ts"],
      runsOfThread: 1,
    },
    { mutate: ["functions/core/masking/rows/*.ts"], tests: ["test/core/masking/rows/*.test.ts"] },
    {
      mutate: ["functions/core/masking/text/!(numbering).ts"],
      tests: ["test/core/masking/{attacks,found,text}.test.ts"],
    },
  ],
};
