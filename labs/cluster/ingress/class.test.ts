// Which Ingresses are the controller's.
import { expect, it } from 'vitest'
import { whyNotOurs } from './class.ts'
import { readFlags } from './flags.ts'

const classes = [
  { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } },
  { metadata: { name: 'other' }, spec: { controller: 'example.com/other' } },
]
const why = (ingressClassName: string | undefined, annotation?: string, flags: string[] = []) => {
  const annotations: Record<string, string> = annotation === undefined ? {} : { 'kubernetes.io/ingress.class': annotation }
  return whyNotOurs(
    { metadata: { name: 'web', annotations }, spec: ingressClassName === undefined ? {} : { ingressClassName } },
    classes,
    readFlags(flags),
  )
}

it('a class counts by the controller that it names', () => {
  expect(why('nginx')).toBeUndefined()
  expect(why('other')).toBe('no object matching key "other" in local store')
  expect(why('ngnix')).toBe('no object matching key "ngnix" in local store')
  expect(why('other', undefined, ['--controller-class=example.com/other'])).toBeUndefined()
})

it('without one, the old annotation counts, and then only --watch-ingress-without-class', () => {
  expect(why(undefined, 'nginx')).toBeUndefined()
  expect(why(undefined, 'public')).toBe('invalid ingress class annotation: public')
  expect(why(undefined, 'public', ['--ingress-class=public'])).toBeUndefined()
  expect(why(undefined)).toBe('ingress does not contain a valid IngressClass')
  expect(why(undefined, undefined, ['/nginx-ingress-controller', '--watch-ingress-without-class'])).toBeUndefined()
})

it('a flag that the controller does not have ends it', () => {
  expect(() => readFlags(['--watch-everything'])).toThrow('unknown flag: --watch-everything')
})
