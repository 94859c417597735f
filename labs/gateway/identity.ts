// Who a browser is, and whether it may speak at all: the learner's cookie, and the Host and Origin checks. Used by the gateway and the web server.
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'

const cookieName = 'podwire_learner'
const yearSeconds = 365 * 24 * 3600
const idPattern = /^[A-Za-z0-9_-]{22}$/

/** What of a request tells who sent it. */
export interface Caller {
  /** the Cookie header */
  cookie: string | undefined
  /** the Host header */
  host: string | undefined
  /** the Origin header; browsers send it with every WebSocket */
  origin?: string | undefined
  /** the peer's address */
  remoteAddress: string | undefined
}

const hostNameOf = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
const isLoopbackAddress = (address: string): boolean => isLoopbackName(address.replace(/^::ffff:/, ''))

/** A new Set-Cookie header. The value is a random id: it names the learner and, being unguessable, is also what proves it. */
export function issueCookie(options: { secure?: boolean } = {}): string {
  const id = randomBytes(16).toString('base64url')
  return `${cookieName}=${id}; Path=/; Max-Age=${yearSeconds}; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`
}

/** The learner a request comes from; undefined when it has no valid cookie. On this very machine every browser is `local`, as the CLI is. */
export function learnerFromCookie(caller: Caller): string | undefined {
  const pair = caller.cookie?.split(/;\s*/).find((part) => part.startsWith(`${cookieName}=`))
  const id = pair?.slice(cookieName.length + 1)
  if (!id || !idPattern.test(id)) return undefined
  const onThisMachine =
    caller.host !== undefined &&
    isLoopbackName(hostNameOf(caller.host)) &&
    caller.remoteAddress !== undefined &&
    isLoopbackAddress(caller.remoteAddress)
  return onThisMachine ? 'local' : id
}

/**
 * Whether a request was meant for this server by one of its own pages. A page elsewhere can reach us through the browser: by its own name made to
 * point here (DNS rebinding), hence names are refused unless they are ours; or across origins, hence Origin must be this host.
 */
export function isOwnRequest(caller: Pick<Caller, 'host' | 'origin'>, ownNames: readonly string[] = []): boolean {
  if (!caller.host) return false
  const name = hostNameOf(caller.host)
  if (!isLoopbackName(name) && isIP(name) === 0 && !ownNames.includes(name)) return false
  return caller.origin === undefined || caller.origin === `http://${caller.host}` || caller.origin === `https://${caller.host}`
}
