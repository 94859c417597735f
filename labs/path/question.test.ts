import { expect, test } from 'vitest'
import { isAddress, readDestination } from './question.ts'

test.each([
  ['http://cart', { scheme: 'http', host: 'cart', port: 80, path: '/' }],
  ['http://cart.shop:8080/items?n=1', { scheme: 'http', host: 'cart.shop', port: 8080, path: '/items?n=1' }],
  ['tcp://10.96.0.1:443', { scheme: 'tcp', host: '10.96.0.1', port: 443, path: '/' }],
  ['udp://10.244.1.5:53', { scheme: 'udp', host: '10.244.1.5', port: 53, path: '/' }],
  ['ping://worker2', { scheme: 'ping', host: 'worker2', port: 0, path: '/' }],
  ['dns://cart', { scheme: 'dns', host: '', port: 53, path: '/', name: 'cart' }],
  [
    'dns://cart.default.svc.cluster.local@10.96.0.10',
    { scheme: 'dns', host: '10.96.0.10', port: 53, path: '/', name: 'cart.default.svc.cluster.local' },
  ],
])('%s', (to, destination) => {
  expect(readDestination(to)).toEqual(destination)
})

test.each([
  ['https://cart', /known forms/],
  ['tcp://cart', /has no port/],
  ['tcp://cart:http', /http is not a port/],
  ['http://cart:70000', /70000 is not a port/],
  ['http://[fd00::1]', /IPv4 only/],
  ['ping://cart:80', /takes no port/],
  ['udp://cart:53/x', /takes no path/],
  ["http://$(id)'", /no name or address/],
  ['dns://@10.96.0.10', /names nothing/],
])('%s is refused: %s', (to, why) => {
  expect(() => readDestination(to)).toThrow(why)
})

test('an address is four numbers of at most 255', () => {
  expect(['10.0.0.1', '255.255.255.255', '10.0.0.256', '10.0.0', 'cart'].map(isAddress)).toEqual([true, true, false, false, false])
})
