import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { useToast } from "../../ui/toast.js";
import { Problems } from "../../ui/problems.js";

const RevokeApiToken = graphql(`
  mutation RevokeApiToken($id: ID!) {
    answer: revokeApiToken(input: { id: $id }) {
      token: apiToken {
        id
        revokedAt
      }
      errors {
        message
      }
    }
  }
`);

const RevokeRegistrationToken = graphql(`
  mutation RevokeRegistrationToken($id: ID!) {
    answer: revokeRegistrationToken(input: { id: $id }) {
      token: registrationToken {
        id
        revokedAt
      }
      errors {
        message
      }
    }
  }
`);

/** A token that is about to be revoked. */
export interface Revocation {
  readonly kind: "api" | "registration";
  readonly id: string;
  readonly name: string;
}

const MEANING = {
  api: "Scripts that use it are refused at once. This cannot be undone.",
  registration: "No further agent can enrol with it. Agents that already did stay. This cannot be undone.",
} as const;

/** Takes a token back, after a question. */
export function RevokeDialog({
  revocation,
  onClose,
}: {
  readonly revocation: Revocation;
  readonly onClose: () => void;
}) {
  const { kind, id, name } = revocation;
  const [api, revokeApi] = useMutation(RevokeApiToken);
  const [registration, revokeRegistration] = useMutation(RevokeRegistrationToken);
  const now = kind === "api" ? api : registration;
  const toast = useToast();
  const confirm = async () => {
    const { data } = await (kind === "api" ? revokeApi({ id }) : revokeRegistration({ id }));
    if (!data || data.answer.errors.length > 0) return;
    toast(`${name} is revoked`);
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Revoke ${name}?`}
      confirm="Revoke"
      isDangerous
      busy={now.fetching}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>{MEANING[kind]}</p>
      <Problems error={now.error && failureText(now.error)} errors={now.data?.answer.errors ?? []} />
    </ConfirmDialog>
  );
}
