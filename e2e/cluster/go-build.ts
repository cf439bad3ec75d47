/** Go programs of the embedded cluster: each a module of its own here, pinned by its go.mod and go.sum. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest } from './cache.ts';
import { ensurePackages } from './packages.ts';
import { capture, Failure, run, type Log } from './progress.ts';

const HERE = import.meta.dirname;
// Without -buildvcs=false, go asks git for the commit, and fails in a checkout that belongs to another user.
const ENVIRONMENT = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOTOOLCHAIN: 'auto' };
const TAGS = 'no_btrfs,no_devmapper';

/** Names by which the one Kubernetes binary is called. */
const KUBERNETES_LINKS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const;

export type GoModule =
  | 'kubernetes'
  | 'pause'
  | 'tools/actionlint'
  | 'tools/cni'
  | 'tools/containerd'
  | 'tools/coredns'
  | 'tools/helm'
  | 'tools/kubeconform'
  | 'tools/kwok'
  | 'tools/local-path-provisioner'
  | 'tools/metrics-server'
  | 'tools/prometheus-adapter'
  | 'tools/prometheus-operator';

/** @returns the folder with a module's programs, built unless that was done from the same sources before. */
export async function goBuild(module: GoModule, log: Log): Promise<string> {
  const source = join(HERE, module);
  const version = await goVersion(log);
  const name = module.replace('/', '-');
  const flags = await linkerFlags(module, source);
  const key = `go/${name}-${digest({ paths: [source], texts: [version, flags, TAGS] })}`;
  return cached(key, async (folder) => {
    const target = module.startsWith('tools/') ? 'tool' : '.';
    const output = target === 'tool' ? `${folder}/` : join(folder, module);
    await run({
      argv: ['go', 'build', '-trimpath', `-ldflags=${flags}`, '-tags', TAGS, '-o', output, target],
      cwd: source,
      env: ENVIRONMENT,
      log: `build-${name}`,
      remedy:
        'the Go module proxy of `go env GOPROXY` must be reachable; run the command again to go on where it stopped',
    });
    if (module === 'kubernetes') for (const link of KUBERNETES_LINKS) symlinkSync('kubernetes', join(folder, link));
    if (module === 'tools/prometheus-operator') await keepCustomResources(source, folder);
    if (module === 'tools/kwok') await keepStages(source, folder);
  });
}

/** Kubernetes tells its version from variables that its own build sets. */
async function linkerFlags(module: GoModule, source: string): Promise<string> {
  if (module !== 'kubernetes') return '-s -w';
  const list = ['go', 'list', '-m', '-f', '{{.Version}}', 'k8s.io/kubernetes'] as const;
  const version = (await capture(list, { cwd: source, env: ENVIRONMENT })).trim();
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return ['-s -w', ...packages.map((name) => `-X ${name}.gitVersion=${version}`)].join(' ');
}

async function keepCustomResources(source: string, folder: string): Promise<void> {
  const directory = await moduleSource('github.com/prometheus-operator/prometheus-operator', source);
  cpSync(join(directory, 'example/prometheus-operator-crd'), join(folder, 'crds'), { recursive: true });
}

/** kwok's own "fast" stages: nodes and pods become ready at once, Job pods succeed, deleted pods go. */
const STAGES = [
  'node/fast/node-initialize',
  'node/heartbeat-with-lease/node-heartbeat-with-lease',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
] as const;

async function keepStages(source: string, folder: string): Promise<void> {
  const directory = await moduleSource('sigs.k8s.io/kwok', source);
  const stages = STAGES.map((name) => readFileSync(join(directory, `kustomize/stage/${name}.yaml`), 'utf8'));
  writeFileSync(join(folder, 'stages.yaml'), stages.join('---\n'));
}

/**
 * @param module - a module that the module at `cwd` requires, or any as MODULE@VERSION
 * @returns the folder with its source, downloaded when it is not there
 */
export async function moduleSource(module: string, cwd: string): Promise<string> {
  const downloaded = await capture(['go', 'mod', 'download', '-json', module], { cwd, env: ENVIRONMENT });
  return (JSON.parse(downloaded) as { readonly Dir: string }).Dir;
}

async function goVersion(log: Log): Promise<string> {
  try {
    return await capture(['go', 'version']);
  } catch {
    // Debian's Go may be older than the modules ask for; from 1.21 on it fetches the one they want (GOTOOLCHAIN).
    await ensurePackages(['golang-go'], log);
  }
  const version = await capture(['go', 'version']);
  if (/go1\.(\d|1\d|20)(\.|\s)/.test(version)) {
    const remedy = 'install Go 1.21 or newer from go.dev/dl or from backports, and put it on the PATH';
    throw new Failure(`${version.trim()} is too old to build Kubernetes.`, { remedy });
  }
  return version;
}
