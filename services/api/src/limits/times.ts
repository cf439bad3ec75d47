/**
 * How long things may take, milliseconds. Each fits into what waits for it: docs/reference/timeouts.md has them all, with those
 * of PgBouncer, PostgreSQL and Kubernetes, and a test holds that they nest.
 */
export const TIMES_MS = {
  /** An answer of the cache; one that takes longer is slower than asking the database. */
  cache: 250,
  /** For a connection of the pod's pool to be free. */
  poolWait: 2_000,
  /** One try of an outgoing call. */
  outgoingTry: 3_000,
  /** An outgoing call with its repetitions, where somebody waits for it. */
  outgoing: 9_000,
  /** A whole request, until its answer begins. */
  request: 15_000,
  /** For a client to send its request. */
  receive: 15_000,
  /** An idle connection of a client: longer than load balancers keep theirs, so that we never close one that is being used. */
  keepAlive: 72_000,
  /** To make a pod that starts warm; it serves after this in any case. */
  warmUp: 15_000,
  /** For the requests under way to end, once a stopping pod takes no more. */
  finish: 30_000,
} as const;
