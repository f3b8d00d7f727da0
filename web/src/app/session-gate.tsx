import { useEffect, useMemo } from "react";
import { Navigate, Outlet, useLocation } from "react-router";

import { graphql } from "../data/graphql.js";
import { loadState } from "../data/load-state.js";
import { onSignal } from "../data/signals.js";
import { type Viewer, ViewerContext } from "../data/viewer.js";
import { useKeptQuery } from "../data/use-kept-query.js";
import { setClock } from "../ui/clock.js";
import { ErrorState } from "../ui/error-state.js";
import { Skeleton } from "../ui/skeleton.js";
import { ConnectionBar } from "./connection-bar.js";
import { whereTo } from "./where-to.js";

const SessionQuery = graphql(`
  query Session {
    server {
      version
      isSetUp
      currentAt
    }
    viewer {
      operator {
        id
        name
        role
      }
      permissions
    }
  }
`);

/** Lets everybody see what their session allows and sends them to setup or login otherwise. */
export function SessionGate() {
  const location = useLocation();
  const [result, retry] = useKeptQuery({ query: SessionQuery });
  const { data } = result;
  useEffect(
    () => onSignal(["session-ended", "connection"], () => retry({ requestPolicy: "network-only" })),
    [retry],
  );
  useEffect(() => {
    if (data) setClock(data.server.currentAt);
  }, [data]);
  const viewer = useMemo<Viewer | null>(() => {
    if (!data?.viewer) return null;
    const { operator, permissions } = data.viewer;
    return { name: operator?.name ?? "a script", role: operator?.role ?? "SCRIPT", permissions };
  }, [data]);

  const state = loadState(result);
  if (state.is === "failed") {
    return (
      <>
        <ConnectionBar />
        <ErrorState message={state.message} onRetry={() => retry({ requestPolicy: "network-only" })} />
      </>
    );
  }
  if (!data) return <Skeleton rows={6} />;
  const elsewhere = whereTo({ isSetUp: data.server.isSetUp, isLoggedIn: viewer !== null }, location);
  if (elsewhere !== null) return <Navigate to={elsewhere} replace />;
  return (
    <ViewerContext value={viewer}>
      <Outlet />
    </ViewerContext>
  );
}
