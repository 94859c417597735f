import { expect, test } from 'vitest'
import { hop, recordedPath } from '../path/recorded-path.ts'
import { en } from '../texts/en.ts'
import { packetOnMap } from './packet-on-map.ts'

test('the places in order, where it died, and where it would have gone', () => {
  expect(packetOnMap(recordedPath(), en)).toMatchObject({
    places: ['pod/client', 'node/worker', 'node/worker2'],
    died: 'drop',
    beyond: 'pod/shop:cart-1',
  })
})

test('what happened to it is written at its place', () => {
  const packet = { from: '10.244.1.2:61001', to: '10.96.0.7:80', protocol: 'tcp' as const }
  const hops = [
    hop({ place: 'pod/client' }),
    hop({ kind: 'rule', outcome: 'rewritten', packet, rewritten: { from: packet.from, to: '10.244.2.3:8080' } }),
    hop({ kind: 'rule', outcome: 'rewritten', packet, rewritten: { from: '172.18.0.3:61001', to: packet.to } }),
    hop({
      place: 'node/worker2',
      title: 'filter FORWARD',
      rule: { table: 'filter', chain: 'FORWARD', number: 1, of: 6 },
      outcome: 'dropped',
    }),
  ]
  const { notes } = packetOnMap(
    recordedPath({ hops, service: 'cart', verdict: { state: 'dropped', cause: 'rule-drop', hop: 3, sentence: '' } }),
    en,
  )
  expect([...notes]).toEqual([
    [
      'node/worker',
      [
        { text: 'Service cart → 10.244.2.3:8080', tone: 'rewritten' },
        { text: 'source → 172.18.0.3:61001', tone: 'rewritten' },
      ],
    ],
    ['node/worker2', [{ text: 'Dropped: filter FORWARD, rule 1 of 6', tone: 'dead' }]],
  ])
})

test('of an answered packet the request is shown, with no end', () => {
  const hops = [
    hop({ place: 'pod/client' }),
    hop({}),
    hop({ place: 'pod/web', outcome: 'delivered' }),
    hop({ leg: 'reply' }),
    hop({ leg: 'reply', place: 'pod/client' }),
  ]
  const shown = packetOnMap(
    recordedPath({ hops, outcome: 'answered', verdict: { state: 'delivered', cause: 'answered', sentence: '' } }),
    en,
  )
  expect(shown).toMatchObject({ places: ['pod/client', 'node/worker', 'pod/web'] })
  expect([shown.died, shown.beyond]).toEqual([undefined, undefined])
})

test('a reply that died is followed back to there', () => {
  const hops = [
    hop({ place: 'pod/client' }),
    hop({}),
    hop({ place: 'pod/web' }),
    hop({ leg: 'reply', place: 'pod/web' }),
    hop({ leg: 'reply', outcome: 'dropped' }),
  ]
  const shown = packetOnMap(recordedPath({ hops, verdict: { state: 'dropped', cause: 'rule-drop', hop: 4, sentence: '' } }), en)
  expect(shown.places).toEqual(['pod/client', 'node/worker', 'pod/web', 'node/worker'])
})

test('where nobody knows what became of it, it was only last seen; a refusal is no drop', () => {
  const unknown = recordedPath({
    hops: [hop({}), hop({ place: 'node/worker2' })],
    verdict: { state: 'unknown', cause: 'unknown', sentence: '' },
  })
  expect(packetOnMap(unknown, en)).toMatchObject({ places: ['node/worker', 'node/worker2'] })
  expect(packetOnMap(unknown, en).died).toBeUndefined()
  const refused = recordedPath({ verdict: { state: 'refused', cause: 'no-listener', hop: 4, sentence: '' } })
  expect(packetOnMap(refused, en).died).toBe('fail')
})

test('a verdict may name a place that no hop reached', () => {
  const result = recordedPath({
    hops: [hop({ place: 'pod/client' })],
    verdict: { state: 'stuck', cause: 'arp-unanswered', place: 'node/worker', sentence: '' },
  })
  expect(packetOnMap(result, en).places).toEqual(['pod/client', 'node/worker'])
})
