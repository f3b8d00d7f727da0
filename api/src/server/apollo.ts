import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import type { Log } from "../database/log.js";
import type { RequestContext } from "../schema/context.js";
import { RequestError } from "../schema/request-error.js";
import { edgeLimits, enforceEdgeRules, withoutSuggestions } from "./edge-rules.js";
import { explainTrouble, isInternal, present } from "./present-error.js";

/** Starts Apollo over the schema, with the rules of the edge and masked errors. */
export async function startApollo(schema: GraphQLSchema, log: Log): Promise<ApolloServer<RequestContext>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // The edge rules decide about it for each caller.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: edgeLimits.tokens },
    formatError: (formatted, error) => present(error, formatted),
    logger: {
      debug: (message) => log.debug({ from: "apollo" }, String(message)),
      info: (message) => log.debug({ from: "apollo" }, String(message)),
      warn: (message) => log.warn({ from: "apollo" }, String(message)),
      error: (message) => log.error({ from: "apollo" }, String(message)),
    },
    plugins: [ApolloServerPluginCacheControlDisabled(), edgePlugin(schema)],
  });
  await apollo.start();
  return apollo;
}

function edgePlugin(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operation, request, response, contextValue }) => {
        if (!operation) return;
        const { caller } = contextValue;
        const variables = request.variables ?? {};
        try {
          enforceEdgeRules({ schema, document, operation, variables, caller, transport: "http" });
        } catch (error) {
          // Apollo takes whatever is thrown here for a fault of the server: 500.
          if (error instanceof RequestError) response.http.status = 400;
          throw error;
        }
      },
      didEncounterErrors: async ({ errors, contextValue, operationName, response }) => {
        const { log, requestId } = contextValue;
        const trouble = errors.map(explainTrouble).find((found) => found !== undefined);
        if (trouble) {
          // Proxies, scripts and agents go by the status, and come back later.
          response.http.status = 503;
          response.http.headers.set("retry-after", String(trouble.retryAfterSeconds));
        }
        for (const error of errors.filter(isInternal)) {
          log.error({ err: error.originalError ?? error, requestId, operationName }, "A field failed");
        }
      },
      willSendResponse: async ({ response, contextValue }) => {
        if (response.body.kind !== "single") return;
        const { errors } = response.body.singleResult;
        if (errors) response.body.singleResult.errors = errors.map((error) => tell(error, contextValue));
      },
    }),
  };
}

/** What only the request's context knows: its id, and whether hints may be given. */
export function tell(
  error: GraphQLFormattedError,
  { caller, requestId }: Pick<RequestContext, "caller" | "requestId">,
): GraphQLFormattedError {
  const message = caller.kind === "anonymous" ? withoutSuggestions(error.message) : error.message;
  return { ...error, message, extensions: { ...error.extensions, requestId } };
}
