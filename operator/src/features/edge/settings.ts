/** Numbers and places that the edge's configuration, its pods and their tests share. */
import { PORTS } from '../../platform/names.ts';

export interface EdgePorts {
  readonly http: number;
  readonly https: number;
  readonly metrics: number;
  /** On loopback: where a new certificate has to shake hands before it is served. */
  readonly trial: number;
}

export const USUAL_PORTS: EdgePorts = {
  http: PORTS.edge,
  https: PORTS.edgeTls,
  metrics: PORTS.edgeMetrics,
  trial: PORTS.edgeTrial,
};

/** Where haproxy.cfg is mounted. */
export const CONFIG_FOLDER = '/etc/haproxy';

/** Where the certificate is mounted; the image's certificate.lua takes a new one from there. */
export const CERTIFICATE_FOLDER = '/etc/heroes/edge-tls';

/** How long things may take, seconds (docs/reference/timeouts.md). */
export const EDGE_SECONDS = {
  /**
   * To connect to a pod, and for a pod to answer a health check. A check has to connect sooner: within its interval, 2 s, where that
   * is less than this (HAProxy, `timeout check`).
   */
  connect: 5,
  /** Without a byte in either direction, on either side. Streams of events have a beat each 15 s. */
  silence: 30,
  /** For a client to send its request, with a body of the usual size. */
  receive: 10,
  /** An idle connection of a client: as long as the API keeps its own. */
  keepAlive: 72,
  /** A stopping pod goes on taking requests while load balancers learn of it. */
  drain: 8,
  /** And then lets those that are under way come to their end. */
  finish: 30,
} as const;
