import { ArgsType, Field, Int } from "type-graphql";
import { RequestError } from "./request-error.js";

const DEFAULT_SIZE = 50;
const MAX_SIZE = 200;

/** The four arguments of every connection. A noun's arguments extend it with `filter` and `orderBy`. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => Int, { nullable: true })
  last?: number | null;

  @Field(() => String, { nullable: true })
  before?: string | null;
}

/** Which page is asked for, judged. */
export interface PageRequest {
  readonly size: number;
  /** From the end: the page's rows are read backwards and turned round. */
  readonly isBackward: boolean;
  readonly after: string | null;
  readonly before: string | null;
}

/** Judges page arguments. Throws BAD_USER_INPUT naming the argument. */
export function readPageArgs(args: PageArgs): PageRequest {
  const first = args.first ?? null;
  const last = args.last ?? null;
  if (first !== null && last !== null)
    throw new RequestError("BAD_USER_INPUT", "Give first or last, not both.");
  const size = first ?? last ?? DEFAULT_SIZE;
  if (size < 1 || size > MAX_SIZE) {
    const name = last === null ? "first" : "last";
    throw new RequestError("BAD_USER_INPUT", `${name} is ${size}; it must be from 1 to ${MAX_SIZE}.`);
  }
  return { size, isBackward: last !== null, after: args.after ?? null, before: args.before ?? null };
}
