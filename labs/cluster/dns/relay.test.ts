import { expect, test } from 'vitest'
import { createFrameDecoder, encodeFrame } from './relay-codec.ts'

const frame = (id: number, protocol: number, message: string): Buffer => {
  const header = Buffer.alloc(20)
  header.writeUInt8(1, 0)
  header.writeUInt8(protocol, 1)
  header.writeUInt16BE(40_000, 2)
  header.writeUInt32BE(id, 4)
  header.set([10, 244, 1, 5], 8)
  header.writeUInt16BE(53, 12)
  header.writeUInt32BE(message.length, 16)
  return Buffer.concat([header, Buffer.from(message)])
}

test('frames come out whole, however the stream was cut', () => {
  const stream = Buffer.concat([frame(1, 17, 'first query'), frame(0xffff_fff0, 6, ''), frame(3, 17, 'x'.repeat(3000))])
  for (const size of [1, 7, 16, stream.length]) {
    const decode = createFrameDecoder()
    const frames = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      decode(stream.subarray(i * size, (i + 1) * size)),
    ).flat()
    expect(frames.map((f) => [f.kind, f.id, f.protocol, f.address, f.port, f.ownPort, f.message.length])).toEqual([
      ['query', 1, 'udp', '10.244.1.5', 40_000, 53, 11],
      ['query', 0xffff_fff0, 'tcp', '10.244.1.5', 40_000, 53, 0],
      ['query', 3, 'udp', '10.244.1.5', 40_000, 53, 3000],
    ])
  }
})

test('a stream of something else is refused', () => {
  expect(() => createFrameDecoder()(Buffer.from('listen udp :53: bind: address already in use'))).toThrow('dns-relay')
})

test('answers carry their length, and no answer is length 0', () => {
  const header = (length: number) => [1, 17, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, length]
  expect(encodeFrame({ kind: 'answer', id: 258, message: Uint8Array.of(7, 8) })).toEqual(Buffer.from([...header(2), 7, 8]))
  expect(encodeFrame({ kind: 'answer', id: 258 })).toEqual(Buffer.from(header(0)))
})
