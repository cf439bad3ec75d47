/** A certificate for 127.0.0.1 that signs itself, made at once, so that no key need lie in the repository. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certified {
  /** The private key, PEM. */
  readonly key: string;
  /** The certificate, PEM; whoever is to trust it is given it as an authority. */
  readonly cert: string;
}

/** An element of DER (X.690): its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const ECDSA_WITH_SHA256 = sequence(der(0x06, hex('2a8648ce3d040302')));
const COMMON_NAME = hex('550403');
const SUBJECT_ALTERNATIVE_NAME = hex('551d11');
const BASIC_CONSTRAINTS = hex('551d13');
const TRUE = der(0x01, hex('ff'));

/** @returns a new certificate (RFC 5280), good for a hundred years. */
export function selfSigned(name: string): Certified {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = sequence(der(0x31, sequence(der(0x06, COMMON_NAME), der(0x0c, Buffer.from(name)))));
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x18, Buffer.from('21200101000000Z')));
  const toSign = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    ECDSA_WITH_SHA256,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(der(0x06, SUBJECT_ALTERNATIVE_NAME), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1]))))),
        sequence(der(0x06, BASIC_CONSTRAINTS), TRUE, der(0x04, sequence(TRUE))),
      ),
    ),
  );
  const signature = der(0x03, hex('00'), sign('sha256', toSign, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: pem(sequence(toSign, ECDSA_WITH_SHA256, signature)),
  };
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
