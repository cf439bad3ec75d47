/** Charts and rendered children: linted by helm, validated by kubeconform against the schemas of the cluster that runs them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { customResourceDefinition } from '@heroes/crds/crd.ts';
import { CHILD_KINDS, SECRET } from '@heroes/operator/platform/kinds.ts';
import { render } from '@heroes/operator/cli/render.ts';
import { cached, digest } from '../cluster/cache.ts';
import { EXAMPLE } from '../cluster/deploy.ts';
import { goBuild, moduleSource } from '../cluster/go-build.ts';
import { ROOT } from '../cluster/layout.ts';
import { capture, faultOf } from '../cluster/progress.ts';
import { toolPath } from '../cluster/tools.ts';
import { customSchemas, kubernetesSchemas } from './schemas.ts';

const silent = (): void => undefined;
const CHARTS = join(ROOT, 'charts');
/** Kinds of the charts that no platform has. */
const CHART_KINDS = [
  ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ...['FlowSchema', 'PriorityLevelConfiguration'],
];

/** Everything that the operator's chart leaves out by default. */
const EVERYTHING = [
  ...['podMonitor', 'prometheusRule', 'dashboards', 'flowSchema'].map((part) => `${part}.enabled=true`),
  ...['podMonitor.labels', 'prometheusRule.labels', 'dashboards.annotations', 'podLabels', 'podAnnotations'].map(
    (words) => `${words}.example=yes`,
  ),
  ...['replicas=2', 'priorityClassName=system-cluster-critical', 'image.registry=registry.example/heroes'],
  ...['image.pullSecrets[0].name=registry', 'extraEnv[0].name=NODE_OPTIONS', 'extraEnv[0].value=--trace-warnings'],
];
const NAMESPACES = 'watchNamespaces={north,south}';

/** Ways to a district that the example does not have. */
const WAYS: readonly object[] = [
  { tls: { secretName: 'certificate' }, ingressClassName: 'nginx', serviceType: 'LoadBalancer' },
  { gateway: { name: 'public', namespace: 'gateways', sectionName: 'https' } },
];
const GATEWAY_API = 'sigs.k8s.io/gateway-api@v1.4.1';

/** The charts, each with values that show all of its branches. */
const CHARTS_WITH_VALUES: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'heroes-operator', args: [] },
  { name: 'heroes-operator', args: ['--set', `${NAMESPACES},crds.enabled=false,networkPolicy.enabled=false`] },
  { name: 'heroes-operator', args: ['--set', 'replicas=2,crds.keep=false,resources.limits=null'] },
  { name: 'heroes-operator', args: ['--set', EVERYTHING.join(',')] },
  { name: 'heroes-operator', args: ['--set', [...EVERYTHING, NAMESPACES].join(',')] },
  { name: 'heroes-district', args: ['-f', EXAMPLE] },
];

/** @returns what is wrong with the charts and with what is rendered; empty when nothing is. */
export async function manifestFaults(): Promise<string> {
  const helm = await toolPath('helm');
  const rendered: string[] = [];
  for (const { name, args } of CHARTS_WITH_VALUES) {
    await capture([helm, 'lint', '--strict', '--quiet', join(CHARTS, name), ...args]);
    rendered.push(await capture([helm, 'template', 'test', join(CHARTS, name), '--namespace', 'test', ...args]));
  }
  const children = render(readFileSync(EXAMPLE, 'utf8'), Date.parse('2021-09-01T14:00:00Z'));
  if (!children.ok) return children.faults.map(({ path, message }) => `${EXAMPLE}: ${path}: ${message}`).join('\n');
  const again = render(readFileSync(EXAMPLE, 'utf8'), Date.parse('2021-09-01T14:00:00Z'));
  if (!again.ok || again.yaml !== children.yaml) return 'kubectl heroes render gives other bytes the second time';
  return validate([...rendered, children.yaml, ...WAYS.map(renderedBy)]);
}

/** @returns the children of the example with a name, and an edge of its own kind. @throws Error when it is refused. */
function renderedBy(edge: object): string {
  const example = parse(readFileSync(EXAMPLE, 'utf8')) as { readonly spec: { readonly api: object } };
  const { spec } = example;
  const named = { ...spec, api: { ...spec.api, hostname: 'heroes.example.org' }, edge };
  const children = render(stringify({ ...example, spec: named }), Date.parse('2021-09-01T14:00:00Z'));
  if (!children.ok) throw new Error(children.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return children.yaml;
}

async function validate(streams: readonly string[]): Promise<string> {
  const schemas = await schemaFolder();
  const kubeconform = await toolPath('kubeconform');
  const location = join(schemas, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const input = streams.map((stream) => documents(stream)).join('---\n');
  const flags = ['-strict', '-summary', '-skip', 'CustomResourceDefinition', '-schema-location', location];
  const argv = [kubeconform, ...flags, '-output', 'text', '-'] as const;
  return (await faultOf(async () => capture(argv, { input }))) ?? '';
}

/** The stream without empty documents, which helm leaves for templates that are switched off. */
const documents = (stream: string): string =>
  stream
    .split(/^---$/m)
    .filter((text) => parseAllDocuments(text).some((document) => 'toJS' in document && document.toJS() !== null))
    .join('---');

async function schemaFolder(): Promise<string> {
  const source = join(ROOT, 'e2e/cluster/kubernetes');
  const monitoring = join(await goBuild('tools/prometheus-operator', silent), 'crds');
  const kinds = [...[...CHILD_KINDS, SECRET].map(({ kind }) => kind), ...CHART_KINDS];
  const inputs = {
    paths: [join(source, 'go.mod'), join(ROOT, 'e2e/check/schemas.ts')],
    texts: [...kinds, monitoring, GATEWAY_API],
  };
  const shared = await cached(`schemas/${digest(inputs)}`, async (folder) => {
    const directory = await moduleSource('k8s.io/kubernetes', source);
    const document = readFileSync(join(directory, 'api/openapi-spec/swagger.json'), 'utf8');
    const openApi = JSON.parse(document) as Parameters<typeof kubernetesSchemas>[0];
    const gateway = await moduleSource(GATEWAY_API, source);
    const files = [
      ...readdirSync(monitoring).map((file) => join(monitoring, file)),
      join(gateway, 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'),
    ];
    const custom = files.flatMap((file) =>
      customSchemas(parse(readFileSync(file, 'utf8')) as Parameters<typeof customSchemas>[0]),
    );
    for (const { name, schema } of [...kubernetesSchemas(openApi, new Set(kinds)), ...custom])
      writeFileSync(join(folder, name), JSON.stringify(schema));
  });
  // Ours changes with every field: it is written anew each time.
  const own = customResourceDefinition() as unknown as Parameters<typeof customSchemas>[0];
  for (const { name, schema } of customSchemas(own)) writeFileSync(join(shared, name), JSON.stringify(schema));
  return shared;
}
