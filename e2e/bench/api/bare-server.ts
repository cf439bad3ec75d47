/** A bare Fastify that sends the bytes of a file, and does nothing else: what the API is measured against. Runs in the API's image. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [, , file = '', port = ''] = process.argv;
const bytes = readFileSync(file);

const app = Fastify();
app.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes));
await app.listen({ host: '127.0.0.1', port: Number(port) });
console.log('listening');
