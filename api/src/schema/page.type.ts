import { Field, Int, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";

/** Which part of a connection was returned. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

type NodeClass<Node> = abstract new (...parts: never[]) => Node;

/** An edge in a page of connection type, before it is given a class of its own. */
export interface EdgeOf<Node> {
  node: Node;
  cursor: string;
}

/** A page, before it is given a class of its own. */
export interface ConnectionOf<Node> {
  edges: readonly EdgeOf<Node>[];
  nodes: readonly Node[];
  pageInfo: PageInfo;
  totalCount: number | (() => Promise<number>);
}

/**
 * The base of an edge type:
 *
 * ```ts
 * @Inherits()
 * @ObjectType({ simpleResolvers: true })
 * export class AgentEdge extends EdgeType(Agent) {}
 * ```
 */
export function EdgeType<Node extends object>(node: NodeClass<Node>): abstract new () => EdgeOf<Node> {
  @ObjectType({ simpleResolvers: true })
  abstract class Edge implements EdgeOf<Node> {
    @Field(() => node)
    node!: Node;

    @Field(() => String)
    cursor!: string;
  }
  return Edge;
}

/**
 * The base of a connection type; extend it like {@link EdgeType} and add what the noun counts beside. Give it
 * the rule of its nodes and not `@Inherits()`: how many there are is told without any node.
 */
export function ConnectionType<Node extends object>(
  edge: NodeClass<EdgeOf<Node>>,
  node: NodeClass<Node>,
): abstract new () => ConnectionOf<Node> {
  @ObjectType({ simpleResolvers: true })
  abstract class Connection implements ConnectionOf<Node> {
    @Field(() => [edge])
    edges!: readonly EdgeOf<Node>[];

    @Field(() => [node])
    nodes!: readonly Node[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    @Field(() => Int)
    totalCount!: number | (() => Promise<number>);
  }
  return Connection;
}
