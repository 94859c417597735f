// Where in a lab something happens: the words after `--in`, in a scenario's `on:` and `from:`, and on terminal tabs.
import { z } from 'zod'
import { LabError } from './errors.ts'

/**
 * `laptop` | `node/<name>` | `pod/[<namespace>:]<name>[/<container>]` | `host/<name>` | `deploy/[<namespace>:]<name>`.
 * `deploy/x` means one ready pod of that Deployment. The namespace defaults to `default`.
 */
export type Target =
  | { kind: 'laptop' }
  | { kind: 'node'; name: string }
  | { kind: 'host'; name: string }
  | { kind: 'pod'; namespace: string; name: string; container?: string }
  | { kind: 'deploy'; namespace: string; name: string }

const name = '[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?'
const pattern = new RegExp(`^(?:(laptop)|(node|host)/(${name})|(pod|deploy)/(?:(${name}):)?(${name})(?:/(${name}))?)$`)

/** Parses a target; throws LabError `bad-request` that names the accepted forms. */
export function parseTarget(text: string): Target {
  const m = pattern.exec(text)
  if (m) {
    if (m[1]) return { kind: 'laptop' }
    if (m[2] === 'node' || m[2] === 'host') return { kind: m[2], name: m[3] as string }
    const namespace = m[5] ?? 'default'
    if (m[4] === 'deploy' && !m[7]) return { kind: 'deploy', namespace, name: m[6] as string }
    if (m[4] === 'pod') {
      return { kind: 'pod', namespace, name: m[6] as string, ...(m[7] ? { container: m[7] } : {}) }
    }
  }
  throw new LabError('bad-request', `"${text}" is not a place in a lab`, {
    hint: 'Use laptop, node/worker, pod/client, pod/shop:web-0/app, deploy/web or host/partner.',
  })
}

/** The text that parses back to the same target. */
export function formatTarget(t: Target): string {
  switch (t.kind) {
    case 'laptop':
      return 'laptop'
    case 'node':
    case 'host':
      return `${t.kind}/${t.name}`
    default: {
      const ns = t.namespace === 'default' ? '' : `${t.namespace}:`
      return `${t.kind}/${ns}${t.name}${t.kind === 'pod' && t.container ? `/${t.container}` : ''}`
    }
  }
}

/** A target as text, checked. */
export const targetText = z
  .string()
  .refine(
    (s) => pattern.test(s) && !/^deploy\/.*\/.*\//.test(s),
    'expected laptop, node/<name>, pod/[<namespace>:]<name>[/<container>], deploy/<name> or host/<name>',
  )
