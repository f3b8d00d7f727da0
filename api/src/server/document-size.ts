import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

/** How large an operation is, with its fragments spread and before any of it is run. */
export interface OperationSize {
  /** Fields inside one another; a root field alone is 1. Introspection is not counted here. */
  readonly depth: number;
  /** Root fields, each alias of one counted. */
  readonly rootFields: number;
  readonly aliases: number;
  /** Fields times the rows that they can come in. */
  readonly cost: number;
  /** Whether `__schema` or `__type` is asked for. */
  readonly introspects: boolean;
}

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Fragments are measured once for each type; a fragment that contains itself counts as nothing inside. */
  readonly known: Map<string, OperationSize>;
}

/** Rows of a page when the operation does not say how many. */
const DEFAULT_PAGE = 50;
/** What a plain list is thought to hold. */
const PLAIN_LIST = 10;
/** What a plain list that takes `first` holds when the operation does not say: the lines of a command's output. */
const LONG_LIST = 200;
const nothing: OperationSize = { depth: 0, rootFields: 0, aliases: 0, cost: 0, introspects: false };

/** Measures one operation. Linear in the document, however its fragments are nested. */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const root = schema.getRootType(operation.operation) ?? undefined;
  const values = { ...defaultsOf(operation), ...variables };
  return measure({ schema, fragments, variables: values, known: new Map() }, root, operation.selectionSet);
}

/** What the operation itself says for variables that are not given. */
function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  const given = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return Object.fromEntries(given);
}

function measure(
  walk: Walk,
  type: GraphQLNamedType | undefined,
  selections: SelectionSetNode,
): OperationSize {
  let sum = nothing;
  for (const selection of selections.selections) {
    let part: OperationSize;
    if (selection.kind === Kind.FIELD) part = measureField(walk, type, selection);
    else if (selection.kind === Kind.FRAGMENT_SPREAD) part = measureFragment(walk, selection.name.value);
    else
      part = measure(
        walk,
        conditionOf(walk, selection.typeCondition?.name.value) ?? type,
        selection.selectionSet,
      );
    sum = {
      depth: Math.max(sum.depth, part.depth),
      rootFields: sum.rootFields + part.rootFields,
      aliases: sum.aliases + part.aliases,
      cost: sum.cost + part.cost,
      introspects: sum.introspects || part.introspects,
    };
  }
  return sum;
}

function measureFragment(walk: Walk, name: string): OperationSize {
  const before = walk.known.get(name);
  if (before) return before;
  walk.known.set(name, nothing);
  const fragment = walk.fragments.get(name);
  if (!fragment) return nothing;
  const size = measure(walk, conditionOf(walk, fragment.typeCondition.name.value), fragment.selectionSet);
  walk.known.set(name, size);
  return size;
}

function measureField(walk: Walk, parent: GraphQLNamedType | undefined, field: FieldNode): OperationSize {
  const aliases = field.alias ? 1 : 0;
  const isRoot = parent === walk.schema.getQueryType();
  if (isRoot && (field.name.value === "__schema" || field.name.value === "__type")) {
    return { depth: 1, rootFields: 1, aliases, cost: 1, introspects: true };
  }
  const definition = isObjectType(parent) ? parent.getFields()[field.name.value] : undefined;
  const type = definition && getNamedType(definition.type);
  const inner = field.selectionSet
    ? measure(walk, isCompositeType(type) ? type : undefined, field.selectionSet)
    : nothing;
  const rows = definition ? rowsOf(walk, parent, definition, field) : 1;
  return {
    depth: inner.depth + 1,
    rootFields: 1,
    aliases: aliases + inner.aliases,
    cost: 1 + rows * inner.cost,
    introspects: inner.introspects,
  };
}

/** How often what lies below a field is worked out. A page's rows are counted where the page is asked for. */
function rowsOf(
  walk: Walk,
  parent: GraphQLNamedType | undefined,
  { type, args }: GraphQLField<unknown, unknown>,
  field: FieldNode,
): number {
  if (getNamedType(type).name.endsWith("Connection")) {
    return numberOf(walk, field, "first") ?? numberOf(walk, field, "last") ?? DEFAULT_PAGE;
  }
  if (!isListType(getNullableType(type)) || parent?.name.endsWith("Connection")) return 1;
  const whenNotSaid = args.some(({ name }) => name === "first") ? LONG_LIST : PLAIN_LIST;
  return listLengthOf(walk, field, "ids") ?? numberOf(walk, field, "first") ?? whenNotSaid;
}

function argumentOf(walk: Walk, field: FieldNode, name: string): ValueNode | { value: unknown } | undefined {
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.VARIABLE ? { value: walk.variables[value.name.value] } : value;
}

function numberOf(walk: Walk, field: FieldNode, name: string): number | undefined {
  const argument = argumentOf(walk, field, name);
  const value = argument && "value" in argument ? Number(argument.value ?? Number.NaN) : Number.NaN;
  return Number.isFinite(value) ? Math.max(value, 0) : undefined;
}

function listLengthOf(walk: Walk, field: FieldNode, name: string): number | undefined {
  const argument = argumentOf(walk, field, name);
  if (argument && "values" in argument) return argument.values.length;
  return argument && "value" in argument && Array.isArray(argument.value) ? argument.value.length : undefined;
}

function conditionOf(walk: Walk, name: string | undefined): GraphQLNamedType | undefined {
  return name === undefined ? undefined : walk.schema.getType(name);
}
