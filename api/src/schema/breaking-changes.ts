import {
  BreakingChangeType,
  findBreakingChanges,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from "graphql";

/** What the judgement depends on. */
export interface Release {
  /** The version that is to be released, for example "2.0.0". */
  readonly version: string;
  /** The version whose contract is compared with. */
  readonly previousVersion: string;
  readonly today: Date;
}

const REMOVAL = /Removal on (\d{4}-\d{2}-\d{2})\./;
/** graphql-js describes a removal as "Agent.name was removed.". */
const REMOVED_FIELD = /^(\w+)\.(\w+) was removed\.$/;
const REMOVED_VALUE = /^(\w+) was removed from enum type (\w+)\.$/;

/**
 * Every change from the released contract that breaks a client and is not allowed, in graphql-js's words. A
 * field or a value may go when it was deprecated in the released contract with a date that has passed, and the
 * major version rises.
 */
export function forbiddenChanges(released: GraphQLSchema, next: GraphQLSchema, release: Release): string[] {
  const isMajor = major(release.version) > major(release.previousVersion);
  return findBreakingChanges(released, next)
    .filter(
      ({ type, description }) => !(isMajor && isAnnouncedRemoval(released, type, description, release.today)),
    )
    .map(({ description }) => description);
}

function isAnnouncedRemoval(
  released: GraphQLSchema,
  change: BreakingChangeType,
  description: string,
  today: Date,
): boolean {
  const reason = deprecationReason(released, change, description);
  const date = REMOVAL.exec(reason ?? "")?.[1];
  return date !== undefined && new Date(date) <= today;
}

function deprecationReason(
  released: GraphQLSchema,
  change: BreakingChangeType,
  description: string,
): string | null | undefined {
  if (change === BreakingChangeType.FIELD_REMOVED) {
    const [, typeName = "", fieldName = ""] = REMOVED_FIELD.exec(description) ?? [];
    const type = released.getType(typeName);
    return isObjectType(type) || isInterfaceType(type)
      ? type.getFields()[fieldName]?.deprecationReason
      : null;
  }
  if (change !== BreakingChangeType.VALUE_REMOVED_FROM_ENUM) return null;
  const [, value = "", typeName = ""] = REMOVED_VALUE.exec(description) ?? [];
  const type = released.getType(typeName);
  return type && "getValue" in type ? type.getValue(value)?.deprecationReason : null;
}

function major(version: string): number {
  return Number(version.split(".")[0]);
}
