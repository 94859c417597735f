// The controller's command line, as ingress-nginx takes it.
import type { ClassOptions } from './class.ts'

/** Understood by ingress-nginx, and nothing here depends on them. */
const without = [
  'election-id',
  'configmap',
  'validating-webhook',
  'validating-webhook-certificate',
  'validating-webhook-key',
  'publish-service',
  'v',
]

/** Throws what the program would print before it ends. */
export function readFlags(words: readonly string[]): ClassOptions {
  const options: ClassOptions = { controller: 'k8s.io/ingress-nginx', annotation: 'nginx', withoutClass: false }
  for (const word of words) {
    if (word === '/nginx-ingress-controller') continue
    const [, name = '', value = 'true'] = /^--?([^=]+)(?:=(.*))?$/.exec(word) ?? []
    if (name === 'controller-class') options.controller = value
    else if (name === 'ingress-class') options.annotation = value
    else if (name === 'watch-ingress-without-class') options.withoutClass = value === 'true'
    else if (!without.includes(name)) throw new Error(name ? `unknown flag: --${name}` : `unknown command "${word}"`)
  }
  return options
}
