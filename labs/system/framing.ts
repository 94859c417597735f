// Frames on a byte stream: u32 total length, u32 JSON length (both little endian), JSON, binary tail. Used by labd's protocol, on both ends.

const maxFrameBytes = 4 << 20
/** A frame that trickles in is put together now and then, so that it costs its bytes and not a buffer for each. */
const maxParts = 256
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

/**
 * A decoder: feed it chunks, it calls back with each whole frame and tells whether one is begun. Throws on a frame that is malformed or larger than
 * `maxBytes`, 4 MiB unless said otherwise, as soon as its head is there.
 */
export function createFrameDecoder(
  onFrame: (message: unknown, tail: Buffer) => void,
  maxBytes = maxFrameBytes,
): (chunk: Buffer) => boolean {
  let parts: Buffer[] = []
  let length = 0
  let needed = 8
  return (chunk) => {
    parts.push(chunk)
    length += chunk.length
    if (length < needed && parts.length < maxParts) return true
    let pending = parts.length === 1 ? chunk : Buffer.concat(parts)
    needed = 8
    while (pending.length >= 8) {
      const total = pending.readUInt32LE(0)
      const jsonLength = pending.readUInt32LE(4)
      if (total > maxBytes || jsonLength + 4 > total) throw new Error(`malformed frame: ${total} bytes, ${jsonLength} of JSON`)
      if (pending.length < 4 + total) {
        needed = 4 + total
        break
      }
      const frame = pending.subarray(8, 4 + total)
      pending = pending.subarray(4 + total)
      onFrame(JSON.parse(frame.toString('utf8', 0, jsonLength)), frame.subarray(jsonLength))
    }
    parts = pending.length ? [pending] : []
    length = pending.length
    return length > 0
  }
}
