import { Field, Int, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { userErrorTypes, type UserErrorCode } from "./user-errors.js";

/** The enum `ErrorCode`. */
export const ErrorCode = {
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  INVALID: "INVALID",
  PRECONDITION_FAILED: "PRECONDITION_FAILED",
  LIMIT_EXCEEDED: "LIMIT_EXCEEDED",
} as const satisfies Record<UserErrorCode, UserErrorCode>;

registerEnumType(ErrorCode, { name: "ErrorCode" });

/** The interface that every payload's `errors` is a list of: `@Field(() => [UserError]) errors!: UserError[]`. */
@InterfaceType("UserError", { resolveType: (value: { code: UserErrorCode }) => userErrorTypes[value.code] })
export abstract class UserError {
  @Field(() => ErrorCode)
  code!: UserErrorCode;

  @Field(() => String)
  message!: string;

  @Field(() => [String], { nullable: true })
  path!: readonly string[] | null;
}

@Inherits()
@ObjectType("NotFoundError", { implements: UserError, simpleResolvers: true })
class NotFoundErrorType extends UserError {}

@Inherits()
@ObjectType("ConflictError", { implements: UserError, simpleResolvers: true })
class ConflictErrorType extends UserError {
  @Field(() => Int, { nullable: true })
  currentVersion!: number | null;
}

@Inherits()
@ObjectType("ValidationError", { implements: UserError, simpleResolvers: true })
class ValidationErrorType extends UserError {}

@Inherits()
@ObjectType("PreconditionError", { implements: UserError, simpleResolvers: true })
class PreconditionErrorType extends UserError {
  @Field(() => String)
  reason!: string;
}

@Inherits()
@ObjectType("LimitError", { implements: UserError, simpleResolvers: true })
class LimitErrorType extends UserError {
  @Field(() => Int)
  limit!: number;
}

/** Types that only the interface leads to. */
export const userErrorTypeClasses = [
  NotFoundErrorType,
  ConflictErrorType,
  ValidationErrorType,
  PreconditionErrorType,
  LimitErrorType,
] as const;
