/**
 * The command `audit verify`. It asks the district's API through the API server's service proxy, so that it needs neither a
 * port-forward nor a pod: of the cluster's rights `get` on the HeroesPlatform and `create` on `services/proxy` of NAME-api. What
 * it may know of the audit the API decides, by a token of a district administrator or a platform operator.
 */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Client } from '../kube/client.ts';
import { messageOf } from '../kube/errors.ts';
import { childName } from '../platform/names.ts';
import { auditFindings, type AuditHead, type KeptAnchor, type Verdict } from './audit-text.ts';
import { connect, type ClusterOptions } from './connect.ts';
import type { Result } from './plan-command.ts';
import { readPlatform } from './plan.ts';

export interface AuditOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
  /** A token of the API. */
  readonly token: string;
}

/** The API takes a token from here where a proxy needs Authorization for itself. */
const TOKEN_HEADER = 'x-heroes-authorization';

/** @returns what to print. Exit code 1 when something does not hold, or cannot be asked. */
export async function runAuditVerify(name: string, options: AuditOptions): Promise<Result> {
  try {
    await using connection = connect(options);
    const { client, namespace } = connection;
    const platform = await readPlatform(client, { namespace, name });
    if (platform === undefined)
      throw new Error(`there is no HeroesPlatform "${name}" in namespace ${namespace}: kubectl get hp -A lists them`);
    const kept = platform.status?.audit;
    const verdict = await verify(client, platform, { kept, token: options.token });
    const { ok, lines } = auditFindings(verdict, kept);
    const report = { namespace, name, ok, kept: kept ?? null, ...verdict };
    const output = options.output === 'json' ? JSON.stringify(report, undefined, 2) : lines.join('\n');
    return { exitCode: ok ? 0 : 1, output: `${output}\n`, complaint: '' };
  } catch (error) {
    return { exitCode: 1, output: '', complaint: messageOf(error) };
  }
}

/** Asks until the end, or a fault, is reached: the API looks at a part of the chain at a time. */
async function verify(
  client: Client,
  platform: HeroesPlatform,
  { kept, token }: { readonly kept: KeptAnchor | undefined; readonly token: string },
): Promise<Verdict> {
  const service = { namespace: platform.metadata.namespace, name: childName(platform, 'api'), port: 'http' };
  const anchors = kept === undefined ? [] : [{ sequence: kept.sequence, hash: kept.hash }];
  let after: AuditHead | undefined;
  let entries = 0;
  for (;;) {
    const verdict = (await client.throughService(service, {
      method: 'POST',
      path: '/v1/audit/verify',
      body: { anchors, ...(after === undefined ? {} : { after }) },
      headers: { [TOKEN_HEADER]: `Bearer ${token}` },
    })) as Verdict;
    entries += verdict.entries;
    if (verdict.complete) return { ...verdict, entries };
    if (verdict.reached.sequence === after?.sequence) throw new Error('the API does not come further: ask again later');
    after = verdict.reached;
  }
}
