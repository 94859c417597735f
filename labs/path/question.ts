// The words of a question taken apart: what is asked of whom. Pure; used by follow.ts and lookup.ts.
import { LabError } from '../spec/errors.ts'

export type Scheme = 'http' | 'tcp' | 'udp' | 'ping' | 'dns'

export interface Destination {
  scheme: Scheme
  /** a name or an address; of dns:// the server, where one is given */
  host: string
  /** 0 for ping */
  port: number
  /** of http: `/` and what follows */
  path: string
  /** of dns: the name that is asked for */
  name?: string
}

const wrong = (to: string, why: string) =>
  new LabError('bad-request', `"${to}" cannot be followed: ${why}.`, {
    hint: 'Use http://cart, tcp://10.96.0.1:443, udp://10.244.1.5:53, ping://worker2 or dns://cart.',
  })

function readPort(to: string, text: string | undefined, otherwise: number | undefined): number {
  const port = text === undefined ? otherwise : Number(text)
  if (port === undefined) throw wrong(to, 'it has no port')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong(to, `${text} is not a port`)
  return port
}

const hostName = /^[A-Za-z0-9_](?:[-A-Za-z0-9_.]{0,251}[A-Za-z0-9_.])?$/

/** Throws bad-request that names the forms that can be used. Only IPv4 and names: the labs' networks have no IPv6 routes. */
export function readDestination(to: string): Destination {
  const parts = /^(http|tcp|udp|ping|dns):\/\/([^/]+)(\/\S*)?$/.exec(to)
  if (!parts) throw wrong(to, 'it is of none of the known forms')
  const scheme = parts[1] as Scheme
  const authority = parts[2] as string
  if (authority.includes('[') || authority.split(':').length > 2) throw wrong(to, 'packets are followed over IPv4 only')
  const path = parts[3] ?? '/'
  if (scheme !== 'http' && parts[3] !== undefined && path !== '/') throw wrong(to, `${scheme}:// takes no path`)
  if (scheme === 'dns') {
    const [name, server, more] = authority.split('@')
    if (!name || more !== undefined || !hostName.test(name)) throw wrong(to, 'it names nothing to look up')
    const [host = '', port] = (server ?? '').split(':')
    if (server !== undefined && !hostName.test(host)) throw wrong(to, `"${host}" is no name or address`)
    return { scheme, host, port: readPort(to, port, 53), path: '/', name }
  }
  const [host = '', port] = authority.split(':')
  if (!hostName.test(host)) throw wrong(to, `"${host}" is no name or address`)
  if (scheme === 'ping') {
    if (port !== undefined) throw wrong(to, 'ping:// takes no port')
    return { scheme, host, port: 0, path }
  }
  return { scheme, host, port: readPort(to, port, scheme === 'http' ? 80 : undefined), path }
}

/** Whether it is an IPv4 address already. */
export const isAddress = (host: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(host) && host.split('.').every((part) => Number(part) <= 255)
