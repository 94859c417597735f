// What the real CoreDNS 1.14.6 answered, byte for byte. testing/recorded.json has its Corefile, that of the CoreDNS it forwarded to, and the answers in order.
import { encode, RECURSION_DESIRED, type RecordType } from 'dns-packet'
import { expect, test } from 'vitest'
import { createDnsServer } from './server.ts'
import { testEnvironment } from './testing/environment.ts'
import recorded from './testing/recorded.json' with { type: 'json' }

const client = { address: '127.0.0.1', port: 40_000 }
const upstream = await createDnsServer(recorded.upstream, 'Corefile', testEnvironment().environment)
const { environment } = testEnvironment({
  exchange: async (query) => ({ reply: (await upstream.answer(query, 'udp', client, 53)) as Uint8Array }),
})
const server = await createDnsServer(recorded.corefile, 'Corefile', environment)

test.each(recorded.answers as [string, RecordType, string][])('%s %s', async (name, type, bytes) => {
  const query = encode({ type: 'query', id: 0, flags: RECURSION_DESIRED, questions: [{ name, type }] })
  const answer = (await server.answer(query, 'udp', client, 53)) as Uint8Array
  expect(Buffer.from(answer).toString('hex')).toBe(bytes)
})
