import { Field, ID, InterfaceType } from "type-graphql";
import { splitId, type IdPrefix } from "./global-id.js";

/** The GraphQL type of each id prefix. */
export const nodeTypes = {
  agent: "Agent",
  scan: "Scan",
  upd: "Update",
  plan: "Plan",
  cmd: "Command",
  evt: "Event",
  op: "Operator",
  tok: "ApiToken",
  reg: "RegistrationToken",
} as const satisfies Record<IdPrefix, string>;

/** Anything with a global id. A type says `implements: Node`; its objects carry the encoded id. */
@InterfaceType("Node", {
  resolveType: (value: { id: string }) => {
    const parts = splitId(value.id);
    return parts ? nodeTypes[parts.prefix] : undefined;
  },
})
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
