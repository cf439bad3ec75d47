/** The programs of a bare control plane, built when they are first asked for. */
import { join } from 'node:path';
import { goBuild, type GoModule } from '../cluster/go-build.ts';
import type { Log } from '../cluster/progress.ts';

export interface Programs {
  /** Folder with Kubernetes' programs. */
  readonly kubernetes: string;
  readonly kwok: string;
  /** kwok's "fast" stages, one YAML stream. */
  readonly stages: string;
  readonly helm: string;
  /** Definitions of the Prometheus operator that the product's children are of. */
  readonly monitoringCrds: readonly string[];
}

const MODULES = ['kubernetes', 'tools/kwok', 'tools/helm', 'tools/prometheus-operator'] as const satisfies GoModule[];
const MONITORING_KINDS = ['podmonitors', 'prometheusrules'];

/** @returns where they are. One after the other: the compiler uses all cores by itself. */
export async function buildPrograms(log: Log): Promise<Programs> {
  const folders: string[] = [];
  for (const module of MODULES) {
    log(`building ${module}`);
    folders.push(await goBuild(module, log));
  }
  const [kubernetes = '', kwok = '', helm = '', monitoring = ''] = folders;
  return {
    kubernetes,
    kwok: join(kwok, 'kwok'),
    stages: join(kwok, 'stages.yaml'),
    helm: join(helm, 'helm'),
    monitoringCrds: MONITORING_KINDS.map((kind) => join(monitoring, `crds/monitoring.coreos.com_${kind}.yaml`)),
  };
}
