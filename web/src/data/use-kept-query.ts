import { useState } from "react";
import { type AnyVariables, useClient, useQuery, type UseQueryArgs, type UseQueryResponse } from "urql";

/**
 * A query whose last answer stays while asking again fails: old data is better than none, and a bar over the page says
 * that it may be out of date. Nothing is kept over another question or another session.
 */
export function useKeptQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): UseQueryResponse<Data, Variables> {
  const client = useClient();
  const [result, execute] = useQuery<Data, Variables>(args);
  const [kept, setKept] = useState<{ client: unknown; key: string; data: Data }>();
  const key = JSON.stringify(args.variables ?? {});
  const { data } = result;
  const isSame = kept?.client === client && kept.key === key;
  if (data !== undefined && data !== null) {
    if (!isSame || kept.data !== data) setKept({ client, key, data });
    return [result, execute];
  }
  return [isSame ? { ...result, data: kept.data } : result, execute];
}
