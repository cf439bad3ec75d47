/** How people sign in, and by which way their requests come: `spec.auth` and `spec.network`. */
import { Type } from 'typebox';
import { secretKey } from './primitives.ts';

const Oidc = Type.Object(
  {
    issuer: Type.String({
      minLength: 9,
      maxLength: 300,
      pattern: '^https://[^\\s?#]+$',
      description: 'Issuer of the tokens, as its discovery document names it, for example https://login.example.org.',
    }),
    clientId: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[!-~]+$',
      description: 'The id by which the issuer knows this platform.',
    }),
    clientSecret: Type.Optional(
      secretKey(
        'client-secret',
        "The platform's secret at the issuer; none for a client that the issuer calls public.",
      ),
    ),
  },
  {
    description:
      "The district's OpenID Connect provider, by which facilitators and administrators sign in; none: by password. network.publicUrl must be set.",
  },
);

export const Auth = Type.Object(
  {
    oidc: Type.Optional(Oidc),
    bootstrapToken: Type.Optional(
      secretKey(
        'bootstrap-token',
        'What makes the first account, at least 32 characters; the key bootstrap-token of the Secret NAME-credentials unless given.',
      ),
    ),
  },
  { default: {}, description: 'How facilitators and administrators sign in. Students do not.' },
);

export const Network = Type.Object(
  {
    publicUrl: Type.Optional(
      Type.String({
        minLength: 8,
        maxLength: 300,
        pattern: '^https?://[A-Za-z0-9.:-]+$',
        description: 'Where clients reach the API, for example https://heroes.grandbend.example; without a path.',
      }),
    ),
    trustedProxies: Type.Array(
      Type.String({
        minLength: 2,
        maxLength: 43,
        pattern:
          '^([0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?|[0-9a-fA-F:]{2,39}(/([0-9]{1,2}|1[01][0-9]|12[0-8]))?)$',
        description: 'An address or a network (CIDR).',
      }),
      {
        maxItems: 32,
        default: [],
        'x-kubernetes-list-type': 'set',
        description:
          'Proxies in front of the edge that are believed in X-Forwarded-For, X-Forwarded-Proto and traceparent: your ingress controller. Without them every caller behind a proxy counts as one. None by default.',
      },
    ),
  },
  { default: {}, description: 'By which way requests come.' },
);
