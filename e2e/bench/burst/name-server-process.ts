/** The DNS of a Service with one pod on loopback, in the network that this process was started in. Says where it is asked. */
import { NameServer } from '../../suites/edge/name-server.ts';

process.once('message', ({ service, port }: { readonly service: string; readonly port: number }) => {
  void (async () => {
    const server = await NameServer.start(service);
    server.endpoints = [{ address: '127.0.0.1', port }];
    process.send?.(server.address);
  })();
});
