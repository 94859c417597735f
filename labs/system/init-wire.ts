// Bytes of labinit's protocol: numbers as in labs/system/native/labinit.h, described in labinit.c. Used by init-client.ts and init-process.ts.

export const request = {
  setup: 1,
  create: 2,
  destroy: 3,
  spawn: 4,
  input: 5,
  inputEnd: 6,
  ack: 7,
  resize: 8,
  kill: 9,
  readFile: 10,
  writeFile: 11,
  writeSysctls: 12,
  startControl: 13,
  adopt: 14,
} as const

export const reply = {
  ok: 64,
  error: 65,
  stdout: 66,
  stderr: 67,
  inputAck: 68,
  exit: 69,
  namespaceLost: 70,
  controlExit: 71,
} as const

/** in the mode of a written file: there must be none yet */
export const createOnly = 0x80000000

/** bytes that may be under way, unacknowledged, in one direction of one process */
export const windowBytes = 256 << 10
const maxFrameBytes = 8 << 20
/** u32 length, u8 type, u32 id */
const headerBytes = 9

export function uint16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeUInt16LE(value & 0xffff)
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

/** Each text followed by a NUL. Throws when one contains a NUL: it would be read as two. */
export function strings(...texts: string[]): Buffer {
  for (const text of texts) if (text.includes('\0')) throw new TypeError(`NUL byte in ${JSON.stringify(text)}`)
  return Buffer.from(texts.map((text) => `${text}\0`).join(''))
}

export function encodeInitFrame(type: number, id: number, parts: Uint8Array[]): Buffer {
  const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0)
  if (payloadBytes + 5 > maxFrameBytes) throw new RangeError(`frame of ${payloadBytes} bytes; the most is ${maxFrameBytes}`)
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes)
  frame.writeUInt32LE(5 + payloadBytes, 0)
  frame.writeUInt8(type, 4)
  frame.writeUInt32LE(id, 5)
  let at = headerBytes
  for (const part of parts) {
    frame.set(part, at)
    at += part.length
  }
  return frame
}

/** A decoder: feed it chunks, it calls back with each whole frame. */
export function createInitFrameDecoder(onFrame: (type: number, id: number, payload: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
    while (pending.length >= 4) {
      const length = pending.readUInt32LE(0)
      if (length < 5 || length > maxFrameBytes) throw new RangeError(`malformed frame from labinit: ${length} bytes`)
      if (pending.length < 4 + length) return
      const frame = pending.subarray(0, 4 + length)
      pending = pending.subarray(4 + length)
      onFrame(frame.readUInt8(4), frame.readUInt32LE(5), frame.subarray(headerBytes))
    }
  }
}
