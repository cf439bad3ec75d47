/** A controller whose reconciles a test writes, with all that it logs and measures. */
import { Registry } from 'prom-client';
import { Controller, type ControllerOptions } from '../controller.ts';
import type { Logger } from '../logger.ts';
import { createKubeMetrics } from '../metrics.ts';
import { WorkQueue } from '../queue.ts';
import { RecordingLogger } from './recording-logger.ts';

const NAME = 'test';

/** Remembers the fields that the lines of each child carry. */
export class CarryingLogger extends RecordingLogger {
  readonly carried: object[] = [];

  override child(...[fields]: [fields?: object]): Logger {
    this.carried.push(fields ?? {});
    return super.child();
  }
}

export function controlled(
  reconcile: ControllerOptions['reconcile'],
  { workers = 1, timeoutMs = 1_000 }: Partial<Pick<ControllerOptions, 'workers' | 'timeoutMs'>> = {},
) {
  const registry = new Registry();
  const metrics = createKubeMetrics(registry);
  const queue = new WorkQueue({ name: NAME, metrics });
  const log = new CarryingLogger();
  const controller = new Controller({ name: NAME, queue, workers, timeoutMs, reconcile, metrics, log });
  /** @returns a metric of the controller, by the end of its name; 0 when it was never counted. */
  const measured = async (name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> => {
    const base = `controller_runtime_${name.replace(/_(sum|count)$/, '')}`;
    const { values = [] } = (await registry.getSingleMetric(base)?.get()) ?? {};
    const found = values.find((value) => {
      const { metricName = base } = value as { readonly metricName?: string };
      const given = value.labels as Readonly<Record<string, unknown>>;
      const wanted = Object.entries({ controller: NAME, ...labels });
      return metricName === `controller_runtime_${name}` && wanted.every(([label, text]) => given[label] === text);
    });
    return found?.value ?? 0;
  };
  return { controller, queue, log, measured };
}
