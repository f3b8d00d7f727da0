import { GraphQLScalarType } from "graphql";
import { GraphQLDateTime, GraphQLJSON, GraphQLSafeInt } from "graphql-scalars";

/** The contract describes its scalars itself and names no specification page. */
function plain(scalar: GraphQLScalarType, name: string): GraphQLScalarType {
  return new GraphQLScalarType({ ...scalar.toConfig(), name, description: null, specifiedByURL: null });
}

/** RFC 3339 in UTC; `Date` in JavaScript. */
export const DateTime = plain(GraphQLDateTime, "DateTime");

/** A whole number up to 2^53-1; `number` in JavaScript. */
export const SafeInt = plain(GraphQLSafeInt, "SafeInt");

/** Any JSON value, for `Update.details` only. */
export const Json = plain(GraphQLJSON, "JSON");
