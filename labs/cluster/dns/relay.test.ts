import { expect, test } from 'vitest'
import { createQueryDecoder, encodeAnswer } from './relay-codec.ts'

const frame = (id: number, protocol: number, message: string): Buffer => {
  const header = Buffer.alloc(15)
  header.writeUInt32BE(id, 0)
  header.writeUInt8(protocol, 4)
  header.set([10, 244, 1, 5], 5)
  header.writeUInt16BE(40_000, 9)
  header.writeUInt32BE(message.length, 11)
  return Buffer.concat([header, Buffer.from(message)])
}

test('frames come out whole, however the stream was cut', () => {
  const stream = Buffer.concat([frame(1, 17, 'first query'), frame(0xffff_fff0, 6, ''), frame(3, 17, 'x'.repeat(3000))])
  for (const size of [1, 7, 16, stream.length]) {
    const decode = createQueryDecoder()
    const queries = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      decode(stream.subarray(i * size, (i + 1) * size)),
    ).flat()
    expect(queries.map((q) => [q.id, q.transport, q.client, q.message.length])).toEqual([
      [1, 'udp', { address: '10.244.1.5', port: 40_000 }, 11],
      [0xffff_fff0, 'tcp', { address: '10.244.1.5', port: 40_000 }, 0],
      [3, 'udp', { address: '10.244.1.5', port: 40_000 }, 3000],
    ])
  }
})

test('a stream of something else is refused', () => {
  expect(() => createQueryDecoder()(Buffer.from('listen udp :53: bind: address already in use'))).toThrow('dns-relay')
})

test('answers carry their length, and no answer is length 0', () => {
  expect(encodeAnswer(258, Uint8Array.of(7, 8))).toEqual(Buffer.from([0, 0, 1, 2, 0, 0, 0, 2, 7, 8]))
  expect(encodeAnswer(1, undefined)).toEqual(Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]))
})
