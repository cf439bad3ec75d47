/** What the suites across all routes have in common: a stack that nothing but the routes themselves holds back. */
import type { Context } from '@heroes/api/context.ts';
import { addStored, allIn, Personal } from './personal.ts';
import { listen, type Send } from './transport.ts';
import { BOOTSTRAP_TOKEN, makeDistrict, type District } from './district/district.ts';
import { startStack, type Stack } from '../stack.ts';

export interface World extends AsyncDisposable {
  readonly stack: Stack;
  readonly district: District;
  readonly send: Send;
  /** Where the API listens. */
  readonly port: number;
  /** What is somebody’s and is in no table. */
  readonly personal: Personal;
}

/** Where clients say that they are, behind the proxy that this process is believed to be. */
export const ADDRESS = '203.0.113.77';

/** Starts one. @param adapt - changes the context further before the API is built on it */
export async function startWorld(adapt: (context: Context) => Context = (context) => context): Promise<World> {
  await using opened = new AsyncDisposableStack();
  const stack = opened.use(
    await startStack({
      settings: { BOOTSTRAP_TOKEN, TRUSTED_PROXIES: '127.0.0.1' },
      adapt: (context) => adapt(unhindered(context)),
    }),
  );
  const district = await makeDistrict(stack);
  const { send, port } = opened.use(await listen(stack.app));
  const parts = opened.move();
  return {
    stack,
    district,
    port,
    personal: new Personal(),
    send: async ({ headers = {}, ...request }) =>
      send({ ...request, headers: { 'x-forwarded-for': ADDRESS, ...headers } }),
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

/** Thousands of requests in a minute from one address: that they are too many is tested elsewhere. */
const unhindered = (context: Context): Context => ({
  ...context,
  rates: { ...context.rates, admit: async () => Promise.resolve() },
  shedding: { ...context.shedding, admit: () => undefined },
});

/** @returns what the API has logged, or shows at /metrics, of people: all that the district holds, and all that was sent. */
export async function leaksOf({ stack, district, personal }: World): Promise<string[]> {
  const { email, ...secrets } = district.credentials;
  personal.add('secret', ...Object.values(secrets));
  personal.add('address of mail', email);
  personal.add('address', ADDRESS);
  await addStored(personal, stack);
  return allIn(personal, `${stack.logged.join('\n')}\n${await stack.context.metrics.registry.metrics()}`);
}
