// Frames on a byte stream: u32 total length, u32 JSON length (both little endian), JSON, binary tail. Used by labd's protocol, on both ends.

const maxFrameBytes = 4 << 20
const empty = Buffer.alloc(0)

/** One frame as bytes. */
export function encodeFrame(message: unknown, tail: Uint8Array = empty): Buffer {
  const json = Buffer.from(JSON.stringify(message))
  const frame = Buffer.allocUnsafe(8 + json.length + tail.length)
  frame.writeUInt32LE(4 + json.length + tail.length, 0)
  frame.writeUInt32LE(json.length, 4)
  json.copy(frame, 8)
  frame.set(tail, 8 + json.length)
  return frame
}

/** A decoder: feed it chunks, it calls back with each whole frame. Throws on a frame that is malformed or larger than 4 MiB. */
export function createFrameDecoder(onFrame: (message: unknown, tail: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = empty
  return (chunk) => {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
    while (pending.length >= 8) {
      const total = pending.readUInt32LE(0)
      const jsonLength = pending.readUInt32LE(4)
      if (total > maxFrameBytes || jsonLength + 4 > total) throw new Error(`malformed frame: ${total} bytes, ${jsonLength} of JSON`)
      if (pending.length < 4 + total) return
      const frame = pending.subarray(8, 4 + total)
      pending = pending.subarray(4 + total)
      onFrame(JSON.parse(frame.toString('utf8', 0, jsonLength)), frame.subarray(jsonLength))
    }
  }
}
