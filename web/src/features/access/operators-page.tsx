import { Plus } from "lucide-react";
import { useState } from "react";
import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql, type ResultOf } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { useBlocked, useViewer } from "../../data/viewer.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { ErrorState } from "../../ui/error-state.js";
import { Moment } from "../../ui/moment.js";
import { Page, Panel } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useToast } from "../../ui/toast.js";
import { AddOperatorDialog } from "./add-operator-dialog.js";
import { Problems } from "../../ui/problems.js";

const OperatorsQuery = graphql(`
  query Operators {
    operators {
      id
      name
      role
      addedAt
      lastLoggedInAt
    }
  }
`);

const RemoveOperator = graphql(`
  mutation RemoveOperator($id: ID!) {
    removeOperator(input: { id: $id }) {
      operator {
        id
      }
      errors {
        message
      }
    }
  }
`);

type Operator = ResultOf<typeof OperatorsQuery>["operators"][number];

/** The people with a login. */
export function OperatorsPage() {
  const [result, reload] = useKeptQuery({ query: OperatorsQuery, requestPolicy: "cache-and-network" });
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Operator | null>(null);
  const { name: me } = useViewer();
  const again = () => reload({ requestPolicy: "network-only" });
  useReloadOn([], again);
  const noManage = useBlocked("OPERATORS_MANAGE");
  const state = loadState(result);
  return (
    <Page
      title="Operators"
      subtitle="The people with a login. Viewers see, operators also install, admins also manage."
      actions={
        <Button variant="primary" icon={Plus} blocked={noManage} onClick={() => setAdding(true)}>
          Add an operator
        </Button>
      }
    >
      <Panel>
        {state.is === "loading" && <Skeleton rows={3} />}
        {state.is === "failed" && <ErrorState message={state.message} onRetry={again} />}
        <ul aria-label="Operators" className="divide-y divide-line">
          {(result.data?.operators ?? []).map((operator) => (
            <li key={operator.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
              <div className="min-w-40 flex-1">
                <p className="font-medium">
                  {operator.name}
                  {operator.name === me && <span className="font-normal text-muted"> (you)</span>}
                </p>
                <p className="text-xs text-muted">
                  added <Moment at={operator.addedAt} /> · last logged in{" "}
                  <Moment at={operator.lastLoggedInAt} />
                </p>
              </div>
              <Badge>{operator.role.toLowerCase()}</Badge>
              <Button size="sm" aria-label={`Remove ${operator.name}`} onClick={() => setLeaving(operator)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      {isAdding && <AddOperatorDialog onClose={() => setAdding(false)} onAdded={again} />}
      {leaving && <RemoveDialog operator={leaving} onClose={() => setLeaving(null)} onRemoved={again} />}
    </Page>
  );
}

interface RemoveDialogProps {
  readonly operator: Operator;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

function RemoveDialog({ operator, onClose, onRemoved }: RemoveDialogProps) {
  const [{ data, error, fetching }, remove] = useMutation(RemoveOperator);
  const toast = useToast();
  const confirm = async () => {
    const result = await remove({ id: operator.id });
    if (!result.data || result.data.removeOperator.errors.length > 0) return;
    toast(`${operator.name} is removed`);
    onRemoved();
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Remove ${operator.name}?`}
      confirm="Remove"
      isDangerous
      busy={fetching}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>All sessions of {operator.name} end at once. What was decided and done stays in the history.</p>
      <Problems error={error && failureText(error)} errors={data?.removeOperator.errors ?? []} />
    </ConfirmDialog>
  );
}
