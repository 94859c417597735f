import { expect, test } from 'vitest'
import { findInHosts, namesToAsk, readResolver } from './lookup.ts'

const podResolver = readResolver(
  '# kubelet\nsearch default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
)

test('resolv.conf of a pod', () => {
  expect(podResolver).toEqual({
    servers: ['10.96.0.10'],
    searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    ndots: 5,
  })
})

test('few dots: the search list first; a trailing dot: the name alone', () => {
  expect(namesToAsk('cart', podResolver).slice(0, 2)).toEqual(['cart.default.svc.cluster.local', 'cart.svc.cluster.local'])
  expect(namesToAsk('cart', podResolver).at(-1)).toBe('cart')
  expect(namesToAsk('a.b.c.d.e.f', podResolver)[0]).toBe('a.b.c.d.e.f')
  expect(namesToAsk('cart.', podResolver)).toEqual(['cart'])
})

test('a name in /etc/hosts, whatever its case; comments do not count', () => {
  const hosts = '127.0.0.1 localhost\n10.0.0.5\tdb DB.example # primary\n#10.0.0.6 web\n'
  expect(findInHosts(hosts, 'Db')).toBe('10.0.0.5')
  expect(findInHosts(hosts, 'web')).toBeUndefined()
  expect(findInHosts(hosts, 'primary')).toBeUndefined()
})
