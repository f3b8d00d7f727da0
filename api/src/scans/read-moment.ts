import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** A time by an agent's clock that the database can hold. Throws {@link ValidationError} for one of another age. */
export function readMoment(moment: Date, path: ErrorPath): Date {
  const time = moment.getTime();
  if (time >= EARLIEST && time < LATEST) return moment;
  throw new ValidationError(
    `${path.at(-1)} lies outside the years 1970 to 2199. Set the machine's clock.`,
    path,
  );
}
