// Ingress and IngressClass in the store: defaults, what is refused, and the table.
import { describe, expect, it } from 'vitest'
import { createStore } from '../memory-store.ts'
import type { NewObject } from '../store.ts'
import { ingresses } from './ingress.ts'
import { ingressClasses } from './ingress-class.ts'

const setup = () => createStore({ now: () => Date.parse('2026-01-01T00:00:00Z') })
const backend = { service: { name: 'web', port: { number: 80 } } }
const ingress = (spec: object, annotations?: Record<string, string>): NewObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'default', ...(annotations ? { annotations } : {}) },
  spec,
})
const path = (more: object) => ({
  rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...more }] } }],
})
const ingressClass = (name: string, isDefault = false): NewObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) } },
  spec: { controller: 'k8s.io/ingress-nginx' },
})

describe('the default class', () => {
  it('is filled in where neither class nor the old annotation is', () => {
    const store = setup()
    store.create('ingressclasses', ingressClass('other'))
    store.create('ingressclasses', ingressClass('nginx', true))
    expect(store.create('ingresses', ingress(path({}))).spec.ingressClassName).toBe('nginx')
  })

  it('leaves what has the old annotation alone', () => {
    const store = setup()
    store.create('ingressclasses', ingressClass('nginx', true))
    expect(store.create('ingresses', ingress(path({}), { 'kubernetes.io/ingress.class': 'old' })).spec.ingressClassName).toBeUndefined()
  })
})

it.each([
  [{}, 'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  [path({ pathType: 'Regex' }), 'Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"'],
  [path({ pathType: undefined }), 'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
  [path({ path: '/a//b' }), `spec.rules[0].http.paths[0].path: Invalid value: "/a//b": must not contain '//'`],
  [path({ backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } }), 'cannot set both port name & port number'],
  [path({ backend: { service: { name: 'web' } } }), 'backend: Required value: port name or number is required'],
  [{ rules: [{ host: '*' }] }, "a wildcard DNS-1123 subdomain must start with '*.'"],
])('%j is refused', (spec, words) => {
  expect(() => setup().create('ingresses', ingress(spec))).toThrow(words)
})

it('a class keeps its controller', () => {
  const store = setup()
  const made = store.create('ingressclasses', ingressClass('nginx'))
  expect(() => store.update('ingressclasses', { ...made, spec: { controller: 'example.com/other' } })).toThrow('field is immutable')
})

it('the tables shorten hosts, and mark the default class', () => {
  const store = setup()
  const rules = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ host: `${name}.example` }))
  const made = store.create('ingresses', ingress({ ingressClassName: 'nginx', rules, tls: [{ hosts: ['a.example'] }] }))
  const served = { ...made, status: { loadBalancer: { ingress: [{ ip: '172.18.0.4' }, { ip: '172.18.0.3' }] } } }
  expect(ingresses.row(served, 0).slice(0, 5)).toEqual([
    'shop',
    'nginx',
    'a.example,b.example,c.example + 2 more...',
    '172.18.0.3,172.18.0.4',
    '80, 443',
  ])
  expect(ingressClasses.row(store.create('ingressclasses', ingressClass('nginx', true)), 0).slice(0, 3)).toEqual([
    'nginx (default)',
    'k8s.io/ingress-nginx',
    '<none>',
  ])
})
