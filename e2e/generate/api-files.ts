/** What is generated from the API's routes. */
import { openApi } from '@heroes/api/reference/openapi.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { clientTypes } from './api-client.ts';
import { apiReference } from './api-reference.ts';
import { dataInventory } from './data-inventory.ts';
import { notice, type GeneratedFile } from './generated-file.ts';

const SOURCE = notice('services/api/src/routes.ts');

const document = () => openApi(ROUTES, packageJson.version);
const markdown = (text: string): string => `<!-- ${SOURCE} -->\n\n${text}`;

export const API_FILES: readonly GeneratedFile[] = [
  { path: 'docs/reference/api/openapi.json', contents: () => `${JSON.stringify(document(), null, 1)}\n` },
  { path: 'docs/reference/api/README.md', contents: () => markdown(apiReference(ROUTES, document())) },
  { path: 'docs/reference/data-inventory.md', contents: () => markdown(dataInventory(ROUTES)) },
  { path: 'services/client/src/generated.ts', contents: () => `/* ${SOURCE} */\n\n${clientTypes(document())}` },
];
