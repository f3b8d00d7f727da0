import {
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { ruleOf } from "./rule-of.js";
import type { Rule } from "./rules.js";

/** A rule that asks for permissions. */
export type PermissionRule = Extract<Rule, { kind: "requires" }>;

type Fragments = GraphQLResolveInfo["fragments"];

/** Documents are parsed once and kept by Apollo, so that the answer for one is found here again. */
const known = new WeakMap<SelectionSetNode, ReadonlySet<PermissionRule>>();

/**
 * Every rule about permissions of the types and fields selected below a root field, whatever the data turns
 * out to be. Costs one walk of the document, however many rows come back. A type that is reached through
 * `Node` is not counted: `node` and `nodes` judge each thing that they find.
 */
export function neededRules(info: GraphQLResolveInfo): ReadonlySet<PermissionRule> {
  const [only] = info.fieldNodes;
  if (only?.selectionSet && info.fieldNodes.length === 1) {
    const before = known.get(only.selectionSet);
    if (before) return before;
  }
  const needed = new Set<PermissionRule>();
  const type = getNamedType(info.returnType);
  for (const node of info.fieldNodes) {
    if (node.selectionSet && isObjectType(type)) {
      collect(info.schema, info.fragments, type, node.selectionSet, needed);
    } else if (node.selectionSet && isAbstractType(type)) {
      collectBelowAbstract(info.schema, info.fragments, node.selectionSet, needed);
    }
  }
  if (only?.selectionSet && info.fieldNodes.length === 1) known.set(only.selectionSet, needed);
  return needed;
}

function collect(
  schema: GraphQLSchema,
  fragments: Fragments,
  type: GraphQLObjectType,
  selections: SelectionSetNode,
  needed: Set<PermissionRule>,
  isJudged = false,
): void {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      const field = type.getFields()[selection.name.value];
      if (!field) continue;
      const rule = ruleOf(isJudged ? { extensions: {} } : type, field);
      if (rule?.kind === "requires") needed.add(rule);
      const child = getNamedType(field.type);
      if (!selection.selectionSet) continue;
      if (isObjectType(child)) collect(schema, fragments, child, selection.selectionSet, needed);
      else collectBelowAbstract(schema, fragments, selection.selectionSet, needed);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    if (!fragment) continue;
    const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
    const target = isObjectType(condition) ? condition : type;
    collect(schema, fragments, target, fragment.selectionSet, needed, isJudged);
  }
}

/** The type itself is judged when a thing is found; its fields' own rules and what lies below are judged here. */
function collectBelowAbstract(
  schema: GraphQLSchema,
  fragments: Fragments,
  selections: SelectionSetNode,
  needed: Set<PermissionRule>,
): void {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) continue;
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    if (!fragment) continue;
    const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
    if (isObjectType(condition)) {
      collect(schema, fragments, condition, fragment.selectionSet, needed, true);
    } else {
      collectBelowAbstract(schema, fragments, fragment.selectionSet, needed);
    }
  }
}
