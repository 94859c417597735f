// The plugins in the order in which CoreDNS chains them (its plugin.cfg), whatever the order in the Corefile.
import type { Setup } from './plugin.ts'
import { cache } from './plugins/cache.ts'
import { errors } from './plugins/errors.ts'
import { forward } from './plugins/forward.ts'
import { health } from './plugins/health.ts'
import { hosts } from './plugins/hosts.ts'
import { kubernetes } from './plugins/kubernetes.ts'
import { loadbalance } from './plugins/loadbalance.ts'
import { log } from './plugins/log.ts'
import { loop } from './plugins/loop.ts'
import { prometheus } from './plugins/prometheus.ts'
import { ready } from './plugins/ready.ts'
import { reload } from './plugins/reload.ts'
import { rewrite } from './plugins/rewrite.ts'
import { template } from './plugins/template.ts'

export const directives: readonly (readonly [name: string, setup: Setup])[] = [
  ['reload', reload],
  ['ready', ready],
  ['health', health],
  ['prometheus', prometheus],
  ['errors', errors],
  ['log', log],
  ['loadbalance', loadbalance],
  ['cache', cache],
  ['rewrite', rewrite],
  ['template', template],
  ['hosts', hosts],
  ['kubernetes', kubernetes],
  ['loop', loop],
  ['forward', forward],
]
export const directiveNames: ReadonlySet<string> = new Set(directives.map(([name]) => name))
