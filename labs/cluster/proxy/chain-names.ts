// The names of the chains that belong to one service port or one endpoint. Used by the rule writers, and by figures that explain a name.
import { sha256 } from './sha256.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first 16 characters of the base32 of the text's SHA-256: what kube-proxy puts after KUBE-SVC- and its like. */
export function hash16(text: string): string {
  const digest = sha256(text)
  let name = ''
  let bits = 0
  let held = 0
  for (let i = 0; name.length < 16; i++) {
    held = (held << 8) | (digest[i] as number)
    for (bits += 8; bits >= 5 && name.length < 16; bits -= 5) name += alphabet[(held >> (bits - 5)) & 31]
    held &= 0xff
  }
  return name
}

/** `ns/name:port`, or `ns/name` when the port has no name: how kube-proxy names a service port in comments and hashes. */
export const servicePortName = (namespace: string, name: string, port: string): string => `${namespace}/${name}${port ? `:${port}` : ''}`

export interface ServiceChains {
  /** all endpoints: traffic policy Cluster */
  cluster: string
  /** this node's endpoints: traffic policy Local */
  local: string
  /** load balancer source ranges */
  firewall: string
  /** traffic from outside */
  external: string
}

/** `protocol` in lower case. */
export function serviceChains(portName: string, protocol: string): ServiceChains {
  const hash = hash16(portName + protocol)
  return { cluster: `KUBE-SVC-${hash}`, local: `KUBE-SVL-${hash}`, firewall: `KUBE-FW-${hash}`, external: `KUBE-EXT-${hash}` }
}

/** `endpoint` is `ip:port`. */
export const endpointChain = (portName: string, protocol: string, endpoint: string): string =>
  `KUBE-SEP-${hash16(portName + protocol + endpoint)}`

/** Whether a chain of the nat table is one that kube-proxy makes per service or endpoint, and deletes when it is stale. */
export const isServiceChain = (chain: string): boolean => /^KUBE-(SVC|SVL|SEP|FW|EXT)-/.test(chain)
