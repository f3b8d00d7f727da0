import { Badge } from "../../ui/badge.js";
import {
  COMMAND_STATES,
  COMMAND_TYPES,
  type CommandState,
  type CommandType,
  type EndedItem,
  outcomeWord,
} from "./command-words.js";

/** How far a command has come. */
export function CommandStateBadge({ state }: { readonly state: CommandState }) {
  const { label, tone, icon } = COMMAND_STATES[state];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

/** What a command is, and of which source. */
export function CommandTypeMark({ type, source }: { readonly type: CommandType; readonly source: string }) {
  const { label, icon: Icon } = COMMAND_TYPES[type];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      {`${label} · ${source}`}
    </span>
  );
}

interface OutcomeBadgeProps {
  readonly item: EndedItem;
  readonly type: CommandType;
}

/** How one package ended. */
export function OutcomeBadge({ item, type }: OutcomeBadgeProps) {
  const { label, tone, icon } = outcomeWord(item, type);
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}
