/** `npm run up`: from a fresh machine, or any state after, to districts that are served. */
import { parseArgs } from 'node:util';
import { assertCapable, bringUp } from './embedded.ts';
import * as deploy from './deploy.ts';
import { namedCluster, type Cluster } from './kubectl.ts';
import { KUBECONFIG } from './layout.ts';
import { publish } from './network.ts';
import { Failure, messageOf, showFailure, step } from './progress.ts';
import { imageVersion } from './images.ts';
import { toolPath } from './tools.ts';

const USAGE = `npm run up [-- -f CR.yaml] [--context NAME --registry REGISTRY]
  -f FILE             apply these HeroesPlatforms instead of the example
  --context NAME      use this context of your kubeconfig instead of the embedded cluster
  --registry REGISTRY where that cluster pulls the images from
  --version VERSION   version of those images (default: this checkout's)`;

interface Options {
  readonly file: string | undefined;
  readonly context: string | undefined;
  readonly registry: string;
  readonly version: string | undefined;
}

function options(argv: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        file: { type: 'string', short: 'f' },
        context: { type: 'string' },
        registry: { type: 'string', default: '' },
        version: { type: 'string' },
      },
    });
    return { file: values.file, context: values.context, registry: values.registry, version: values.version };
  } catch (error) {
    throw new Failure(messageOf(error), { remedy: USAGE });
  }
}

interface Served {
  readonly cluster: Cluster;
  readonly districts: readonly deploy.District[];
}

async function deployAll(cluster: Cluster, release: deploy.Release, file: string | undefined): Promise<Served> {
  await step('Operator', async () => deploy.deployOperator(cluster, release));
  const districts = await step('HeroesPlatforms', async () =>
    file === undefined ? deploy.deployExample(cluster, release) : deploy.deployFile(cluster, file),
  );
  for (const district of districts)
    await step(`${district.namespace}/${district.name}`, async (log) => deploy.waitForReady(cluster, district, log));
  return { cluster, districts };
}

/** Brings everything up. @returns what to tell the user. */
export async function up(argv: readonly string[]): Promise<string> {
  const { file, context, registry, version } = options(argv);
  // A file that cannot be applied is told before the long work, not after.
  if (file !== undefined) deploy.districtsOf(file);
  if (context !== undefined) {
    const programs = { kubectl: await toolPath('kubectl'), helm: await toolPath('helm') };
    const release = { version: version ?? imageVersion(), registry };
    const { districts } = await deployAll(namedCluster(context, programs), release, file);
    const [first] = districts;
    return `Served. kubectl --context ${context} port-forward -n ${first?.namespace ?? ''} service/${first?.name ?? ''}-api 8080:80`;
  }
  assertCapable();
  const embedded = await bringUp();
  const { cluster, districts } = await deployAll(embedded.cluster, { version: embedded.version, registry }, file);
  const [first] = districts;
  if (first === undefined) return '';
  const api = await deploy.serviceAddress(cluster, { namespace: first.namespace, name: `${first.name}-api` });
  const prometheus = await deploy.serviceAddress(cluster, { namespace: 'monitoring', name: 'prometheus' });
  const published = await publish('api', api);
  await step('API on loopback', async () => deploy.waitForAnswer(`http://${published}/v1/lessons`));
  return [
    `API         http://${published}/v1/lessons`,
    `Prometheus  http://${await publish('prometheus', prometheus)}`,
    `kubeconfig  export KUBECONFIG=${KUBECONFIG}`,
  ].join('\n');
}

if (import.meta.main) {
  try {
    console.log(await up(process.argv.slice(2)));
  } catch (error) {
    process.exitCode = showFailure(error);
  }
}
