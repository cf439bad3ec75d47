/** Pure: the access matrix. What every party must be answered on every route, by the route's declaration alone. */
import { ROLES, type Role } from '@heroes/api/access/roles.ts';
import type { Reach, Route } from '@heroes/api/http/route.ts';

/** Who calls: each role, nobody, and those whose token is no good. */
export const PARTIES = [...ROLES, 'nobody', 'ended', 'expired', 'forged'] as const;
export type Party = (typeof PARTIES)[number];

/** Whose the thing is that a path names: the caller's, another's (of another school), or nobody's as it is not there. */
export type Whose = 'own' | 'foreign' | 'absent';

/** By parameter of a path: whose things there are. A lesson is nobody's in particular, so there is no foreign one. */
export type Whoses = Readonly<Record<string, readonly Whose[]>>;

/** `let in` is neither 401, 403 nor 404, and no fault of ours. */
export type Expected = 'let in' | 401 | 403 | 404;

export interface Case {
  readonly route: Route;
  readonly party: Party;
  /** By parameter of the path. */
  readonly names: Readonly<Record<string, Whose>>;
  readonly expected: Expected;
}

export const parametersOf = ({ path }: Pick<Route, 'path'>): readonly string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

/** @returns what the suite cannot tell how to call: routes with a parameter that it has no fixture for. */
export const uncovered = (routes: readonly Route[], whoses: Whoses): string[] =>
  routes.flatMap((route) =>
    parametersOf(route)
      .filter((name) => whoses[name] === undefined)
      .map((name) => `${nameOf(route)}: no fixture for :${name}`),
  );

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

/** @returns a case for every route, party, and whose things its path names. */
export const casesOf = (routes: readonly Route[], whoses: Whoses): Case[] =>
  routes.flatMap((route) =>
    PARTIES.flatMap((party) =>
      namings(parametersOf(route), whoses).map((names) => ({
        route,
        party,
        names,
        expected: expect(route, { party, names, whoses }),
      })),
    ),
  );

type Names = Case['names'];

/** All its own; all another's; each in turn another's or absent among its own. */
function namings(parameters: readonly string[], whoses: Whoses): Names[] {
  const all = (whose: Whose): Names =>
    Object.fromEntries(parameters.map((name) => [name, whoses[name]?.includes(whose) === true ? whose : 'own']));
  const own = all('own');
  const turns = parameters.flatMap((name) =>
    (whoses[name] ?? []).filter((whose) => whose !== 'own').map((whose) => ({ ...own, [name]: whose })),
  );
  const each = [own, all('foreign'), ...turns];
  return [...new Map(each.map((names) => [JSON.stringify(names), names])).values()];
}

interface Asked {
  readonly party: Party;
  readonly names: Names;
  readonly whoses: Whoses;
}

function expect({ access }: Route, asked: Asked): Expected {
  // Who they are is not asked, even where they say so.
  if (access === 'public') return expectWithin('any', asked);
  if (!isRole(asked.party)) return 401;
  const reach = access[asked.party];
  return reach === undefined ? 403 : expectWithin(reach, asked);
}

const isRole = (party: Party): party is Role => (ROLES as readonly string[]).includes(party);

function expectWithin(reach: Reach, { names, whoses }: Asked): Expected {
  if (Object.values(names).includes('absent')) return 404;
  const somebodys = Object.entries(names).filter(([name]) => whoses[name]?.includes('foreign') === true);
  if (somebodys.every(([, whose]) => whose === 'own')) return 'let in';
  // What belongs together is there for whoever reaches everything; what does not is not there for anybody.
  return reach === 'any' && somebodys.every(([, whose]) => whose === 'foreign') ? 'let in' : 404;
}
