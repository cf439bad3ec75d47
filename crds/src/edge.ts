/** What stands between clients and the API: `spec.edge`. */
import { Type } from 'typebox';
import { dnsLabel, resourceList, rules } from './primitives.ts';

const Gateway = Type.Object(
  {
    name: dnsLabel({ description: 'Name of the Gateway.' }),
    namespace: Type.Optional(dnsLabel({ description: 'Its namespace; that of this object unless given.' })),
    sectionName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        description: 'The one listener of it that the HTTPRoute is for; all that admit it unless given.',
      }),
    ),
  },
  { description: 'The Gateway that an HTTPRoute for api.hostname is attached to, in place of an Ingress.' },
);

export const Edge = Type.Object(
  {
    replicas: Type.Integer({
      minimum: 2,
      maximum: 20,
      default: 2,
      description:
        'Edge pods, spread over zones and nodes. Each counts requests for itself, so that a client may send up to as many times its rate. Default 2.',
    }),
    resources: Type.Object(
      {
        requests: resourceList('100m', '128Mi', 'reserved for an edge pod'),
        limits: resourceList(
          '1',
          '512Mi',
          'an edge pod may not exceed; how many connections it takes follows from the memory',
        ),
      },
      { default: {}, description: 'Resources of an edge pod.' },
    ),
    serviceType: Type.Enum(['ClusterIP', 'LoadBalancer'], {
      type: 'string',
      maxLength: 12,
      default: 'ClusterIP',
      description:
        'Type of the Service NAME-api, which leads to the edge. With LoadBalancer it is reached from outside and sees the addresses of clients (externalTrafficPolicy Local). Default ClusterIP.',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          secretName: Type.String({
            minLength: 1,
            maxLength: 253,
            pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
            description: 'Name of a Secret of type kubernetes.io/tls, of this namespace; pods wait until it is there.',
          }),
        },
        {
          description:
            'The certificate that the edge serves on port 443, and the Ingress for api.hostname; a new one is taken within seconds, without a restart. Without it the edge speaks plain HTTP on port 80 alone.',
        },
      ),
    ),
    ingressClassName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        description: "Class of the Ingress for api.hostname; the cluster's default unless given.",
      }),
    ),
    gateway: Type.Optional(Gateway),
  },
  {
    default: {},
    description: 'The edge, HAProxy in front of the API pods, from release 0.3.0 on.',
    ...rules({
      rule: '!has(self.gateway) || !has(self.ingressClassName)',
      message:
        'gateway and ingressClassName exclude each other: an HTTPRoute is of no ingress class; remove one of them',
    }),
  },
);
