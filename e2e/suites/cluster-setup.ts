/** Before the cluster tests: the embedded cluster with the example district, brought up as `npm run up` does. */
import { down } from '../cluster/down.ts';
import { KUBECONFIG, PORTS } from '../cluster/layout.ts';
import { runningPid } from '../cluster/processes.ts';
import { showFailure } from '../cluster/progress.ts';
import { up } from '../cluster/up.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const wasRunning = runningPid('kube-apiserver') !== undefined;
  try {
    console.error(await up([]));
  } catch (error) {
    showFailure(error);
    throw new Error('the embedded cluster did not come up: see above', { cause: error });
  }
  Object.assign(process.env, {
    KUBECONFIG,
    HEROES_API_URL: `http://127.0.0.1:${PORTS.api}`,
    HEROES_PROMETHEUS_URL: `http://127.0.0.1:${PORTS.prometheus}`,
  });
  return async () => {
    // Whoever had it running goes on with it.
    if (!wasRunning) await down({ removeData: false });
  };
}
