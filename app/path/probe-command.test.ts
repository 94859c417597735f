import { expect, test } from 'vitest'
import { commandLine, probeCommand } from './probe-command.ts'

test.each([
  ['http://cart', 'curl http://cart'],
  ['http://cart:8080/items?id=1', 'curl http://cart:8080/items?id=1'],
  ['tcp://10.96.0.1:443', 'nc -zv 10.96.0.1 443'],
  ['tcp://[fd00::1]:443', 'nc -zv fd00::1 443'],
  ['udp://dns:53', 'nc -uzv dns 53'],
  ['ping://worker2', 'ping -c 1 worker2'],
  ['dns://cart', 'dig +search cart'],
  ['dns://cart.shop@10.96.0.10', 'dig +search @10.96.0.10 cart.shop'],
])('%s stands for %s', (to, command) => {
  expect(probeCommand(to)).toBe(command)
})

test.each(['', 'cart', 'ftp://cart', 'http://', 'http://a b'])('"%s" is no question', (to) => {
  expect(probeCommand(to)).toBeUndefined()
})

test.each([
  ['laptop', 'laptop'],
  ['node/worker2', 'worker2'],
  ['host/partner', 'partner'],
  ['pod/client', 'client'],
  ['pod/shop:web-0/app', 'web-0'],
])('the prompt at %s begins with %s', (from, name) => {
  expect(commandLine({ from, to: 'ping://cart' })).toBe(`${name} $ ping -c 1 cart`)
})
