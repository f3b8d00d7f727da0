import type { VariablesOf } from "gql.tada";
import { graphql } from "./graphql.js";

/** Tells of what somebody at the machine did without the server. */
export const REPORT_LOCAL_COMMAND = graphql(`
  mutation ReportLocalCommand($input: ReportLocalCommandInput!) {
    reportLocalCommand(input: $input) {
      isRecorded
      errors {
        code
        message
        path
      }
    }
  }
`);

/** What somebody at the machine did, on the wire. */
export type LocalCommandInput = VariablesOf<typeof REPORT_LOCAL_COMMAND>["input"];
