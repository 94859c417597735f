// X.509 certificates of the mesh: a root, and one for each service account with its SPIFFE id. EC P-256, DER by hand, for Node has no issuer of its own.
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Identity {
  /** PEM */
  certificate: string
  key: string
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const time = (ms: number): Buffer => der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
const always = der(0x01, Buffer.from([0xff]))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
/** O=cluster.local */
const organization = sequence(der(0x31, sequence(oid('55040a'), der(0x13, Buffer.from('cluster.local')))))
const nobody = sequence()
const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [always] : []), der(0x04, value))
const pem = (label: string, data: Buffer): string =>
  `-----BEGIN ${label}-----\n${(data.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`

function certify(subject: Buffer, publicKey: Buffer, extensions: Buffer[], signingKey: string, nowMs: number): string {
  const dayMs = 86_400_000
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)]))
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    organization,
    // a lab's clock is the machine's; a little before, so that nobody is too early
    sequence(time(nowMs - dayMs), time(nowMs + 30 * dayMs)),
    subject,
    publicKey,
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', tbs, createPrivateKey(signingKey))
  return pem('CERTIFICATE', sequence(tbs, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature)))
}

function keyPair() {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

export function makeRoot(nowMs: number): Identity {
  const { publicKey, privateKey } = keyPair()
  const extensions = [
    extension('551d13', true, sequence(always)),
    extension('551d0f', true, der(0x03, Buffer.from([1, 0x06]))), // keyCertSign, cRLSign
  ]
  return { certificate: certify(organization, publicKey, extensions, privateKey, nowMs), key: privateKey }
}

/** A certificate for a SPIFFE id, for both sides of a connection. */
export function issue(root: Identity, spiffeId: string, nowMs: number): Identity {
  const { publicKey, privateKey } = keyPair()
  const extensions = [
    extension('551d0f', true, der(0x03, Buffer.from([7, 0x80]))), // digitalSignature
    extension('551d25', false, sequence(oid('2b06010505070301'), oid('2b06010505070302'))), // serverAuth, clientAuth
    extension('551d11', true, sequence(der(0x86, Buffer.from(spiffeId)))),
  ]
  return { certificate: certify(nobody, publicKey, extensions, root.key, nowMs), key: privateKey }
}
