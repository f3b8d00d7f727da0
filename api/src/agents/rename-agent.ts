import type { Caller } from "../access/caller.js";
import { ValidationError } from "../schema/user-errors.js";
import { cleanText } from "./clean-text.js";
import { editAgent, type AgentEdit, type EditParts } from "./edit-agent.js";
import { agentEvents } from "./project-agents.js";

const MOST_CHARACTERS = 255;

/**
 * Gives an agent another name: 1 to 255 characters on one line; null is its host name again. The same name
 * changes nothing. Throws {@link ValidationError} and what `editAgent` throws.
 */
export async function renameAgent(
  parts: EditParts,
  caller: Caller,
  input: AgentEdit & { readonly name?: string | null | undefined },
): Promise<string> {
  return await editAgent(parts, caller, input, (agent) => {
    // Absent leaves, null clears.
    const name = input.name === undefined ? agent.givenName : readName(input.name);
    return name === agent.givenName ? null : agentEvents.of("agent.renamed", { name });
  });
}

function readName(name: string | null): string | null {
  if (name === null) return null;
  if (name.length <= MOST_CHARACTERS && cleanText(name, MOST_CHARACTERS) === name.trim().normalize("NFC")) {
    return name.trim().normalize("NFC");
  }
  throw new ValidationError(
    `A name has 1 to ${MOST_CHARACTERS} characters on one line, without control characters.`,
    ["input", "name"],
  );
}
