/** Who may say on whose behalf it asks: proxies that are named by address or network, and nobody by how many hops there are. */
import { BlockList, isIP } from 'node:net';

/**
 * @param trusted - addresses and networks (CIDR), by commas; empty: none
 * @returns whether a peer is one of them
 * @throws Error for one that is neither
 */
export function proxiesOf(trusted: string): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of trusted.split(',').filter((each) => each !== '')) {
    const [network = '', prefix] = entry.split('/');
    const family = familyOf(network);
    const bits = Number(prefix ?? (family === 'ipv4' ? 32 : 128));
    if (family === undefined || !Number.isInteger(bits) || bits > (family === 'ipv4' ? 32 : 128))
      throw new Error(`TRUSTED_PROXIES: "${entry}" is no address or network: write it as 10.0.0.0/8 or fd00::/8`);
    list.addSubnet(network, bits, family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = familyOf(plain);
    return family !== undefined && list.check(plain, family);
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

/** A socket of both families shows an IPv4 peer as `::ffff:10.0.0.1`. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
