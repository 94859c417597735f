// Who a bearer token stands for: the tokens the cluster was made with, and those issued to service accounts.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { User } from './call.ts'

export interface Accounts {
  /** undefined: unknown or expired */
  userOf(token: string): User | undefined
  /** a JWT for a service account; times in epoch ms */
  issue(namespace: string, name: string, uid: string, seconds: number): { token: string; expiresAt: number }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export function createAccounts(tokens: Readonly<Record<string, User>>, now: () => number): Accounts {
  const fixed = new Map(Object.entries(tokens))
  const key = randomBytes(32)
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url')

  function verify(token: string): User | undefined {
    const [head, payload, signature] = token.split('.')
    if (!head || !payload || !signature) return undefined
    const [wanted, given] = [Buffer.from(sign(`${head}.${payload}`)), Buffer.from(signature)]
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { sub: string; exp: number }
    if (claims.exp * 1000 < now()) return undefined
    const namespace = claims.sub.split(':')[2]
    return { username: claims.sub, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] }
  }
  return {
    userOf: (token) => fixed.get(token) ?? verify(token),
    issue(namespace, name, uid, seconds) {
      const issuedAt = Math.floor(now() / 1000)
      const claims = {
        aud: ['https://kubernetes.default.svc.cluster.local'],
        exp: issuedAt + seconds,
        iat: issuedAt,
        iss: 'https://kubernetes.default.svc.cluster.local',
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
        nbf: issuedAt,
        sub: `system:serviceaccount:${namespace}:${name}`,
      }
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
      return { token: `${text}.${sign(text)}`, expiresAt: claims.exp * 1000 }
    },
  }
}
