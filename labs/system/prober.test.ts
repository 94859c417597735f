import { expect, test } from 'vitest'
import { dnsProbe, httpProbe, pingProbe, tcpProbe, udpProbe } from '../spec/probe.ts'
import { parseProbeOutput, probeArguments } from './prober.ts'

const argumentsOf = (text: string) => text.split(' ')

test('each kind of probe becomes its command line, with the defaults of the specification', () => {
  const from = 'laptop'
  expect(probeArguments(httpProbe.parse({ from, http: { url: 'http://web/', headers: { host: 'shop.test' } }, times: 20 }))).toEqual([
    ...argumentsOf('http --url http://web/ --method GET --header'),
    'host: shop.test',
    ...argumentsOf('--times 20 --timeout-ms 400'),
  ])
  expect(probeArguments(tcpProbe.parse({ from, tcp: { host: 'db', port: 5432 }, timeoutMs: 1000 }))).toEqual(
    argumentsOf('tcp --host db --port 5432 --times 1 --timeout-ms 1000'),
  )
  expect(probeArguments(udpProbe.parse({ from, udp: { host: '10.0.0.1', port: 8081, send: 'echo a b' } }))).toEqual([
    ...argumentsOf('udp --host 10.0.0.1 --port 8081 --send'),
    'echo a b',
    ...argumentsOf('--times 1 --timeout-ms 400'),
  ])
  expect(probeArguments(pingProbe.parse({ from, ping: { host: 'worker' } }))).toEqual(
    argumentsOf('ping --host worker --times 1 --timeout-ms 400'),
  )
  expect(probeArguments(dnsProbe.parse({ from, dns: { name: 'web', type: 'SRV', server: '10.96.0.10', tcp: true } }))).toEqual(
    argumentsOf('dns --name web --type SRV --server 10.96.0.10 --tcp --times 1 --timeout-ms 400'),
  )
})

test('output that is no result is an error that shows it', () => {
  const parse = (text: string) => () => parseProbeOutput(Buffer.from(text))
  expect(parse('')).toThrow('printed no result: ""')
  expect(parse('{"tries":[]}')).toThrow('another form')
  expect(parse('{"tries":[{"outcome":"maybe","ms":1}]}')).toThrow('another form')
  expect(parse('{"tries":[{"outcome":"answered","ms":1.5,"status":200,"body":"x"}]}')()).toEqual({
    tries: [{ outcome: 'answered', ms: 1.5, status: 200, body: 'x' }],
  })
})
