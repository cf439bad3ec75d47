/**
 * The client library's KubeConfig: kubeconfig files, service accounts, exec plugins, OpenID Connect. Its module also loads the
 * models of every API, which nothing here uses and which cost 45 MB of memory and most of a second at each start; they are
 * left out.
 */
import { registerHooks } from 'node:module';

const MODELS = './gen/index.js';
/** What config.js asks of them, for methods that are not called here. */
const STUB = 'data:text/javascript,export const createConfiguration = undefined, ServerConfiguration = undefined;';

const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    specifier === MODELS && context.parentURL?.includes('/@kubernetes/client-node/') === true
      ? { url: STUB, shortCircuit: true }
      : next(specifier, context),
});
export const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
export type KubeConfig = InstanceType<typeof KubeConfig>;
hooks.deregister();
