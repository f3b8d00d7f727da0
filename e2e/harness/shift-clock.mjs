/** Loaded into a process of a test by --import: its clock is E2E_DAYS_AHEAD days ahead of the machine's. */
const ahead = Number(process.env["E2E_DAYS_AHEAD"] ?? 0) * 86_400_000;
const TrueDate = Date;
const now = () => TrueDate.now() + ahead;

// A proxy, so that every date is one of the same kind, whoever made it.
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
