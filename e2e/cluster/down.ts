/** `npm run down`: stops the embedded cluster and leaves nothing of it running; `-- --purge` removes its data too. */
import { parseArgs } from 'node:util';
import { stopDocker } from './docker.ts';
import { assertCapable } from './embedded.ts';
import { purge, stopNode } from './node.ts';
import { Failure, messageOf, showFailure, step } from './progress.ts';

/** Stops everything. */
export async function down({ removeData }: { removeData: boolean }): Promise<void> {
  await step('Kubernetes node', stopNode);
  await step('Docker engine', stopDocker);
  if (removeData)
    await step('Data', async () => {
      purge();
      return Promise.resolve();
    });
}

function wantsPurge(argv: readonly string[]): boolean {
  try {
    const { values } = parseArgs({ args: [...argv], options: { purge: { type: 'boolean', default: false } } });
    return values.purge;
  } catch (error) {
    throw new Failure(messageOf(error), { remedy: 'npm run down [-- --purge]' });
  }
}

if (import.meta.main) {
  try {
    assertCapable();
    await down({ removeData: wantsPurge(process.argv.slice(2)) });
  } catch (error) {
    process.exitCode = showFailure(error);
  }
}
