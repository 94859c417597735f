// The rolling log of one terminal's output: bytes with sequence numbers, the last 2 MiB of them. Pure; used by terminal.ts.

const firstCapacity = 16 << 10

export interface OutputLog {
  /** sequence number of the oldest byte kept */
  readonly startSeq: number
  /** sequence number the next byte will get: all bytes ever appended */
  readonly endSeq: number
  append(bytes: Uint8Array): void
  /** A copy of at most `maxBytes` from `fromSeq` on; from the oldest byte kept when those have rolled away. Empty at the end. */
  read(fromSeq: number, maxBytes: number): { seq: number; bytes: Buffer }
}

/** A ring that grows up to `capacityBytes`, so that a quiet terminal costs little memory. */
export function createOutputLog(capacityBytes = 2 << 20): OutputLog {
  let ring = Buffer.alloc(Math.min(firstCapacity, capacityBytes))
  let startSeq = 0
  let endSeq = 0

  function copyOut(fromSeq: number, length: number): Buffer {
    const at = fromSeq % ring.length
    const first = ring.subarray(at, Math.min(at + length, ring.length))
    return Buffer.concat([first, ring.subarray(0, length - first.length)])
  }

  function place(seq: number, bytes: Uint8Array): void {
    const at = seq % ring.length
    const first = Math.min(bytes.length, ring.length - at)
    ring.set(bytes.subarray(0, first), at)
    ring.set(bytes.subarray(first), 0)
  }

  function grow(neededBytes: number): void {
    const kept = copyOut(startSeq, endSeq - startSeq)
    let capacity = ring.length
    while (capacity < neededBytes) capacity *= 2
    ring = Buffer.alloc(Math.min(capacity, capacityBytes))
    place(startSeq, kept)
  }

  return {
    get startSeq() {
      return startSeq
    },
    get endSeq() {
      return endSeq
    },
    append(bytes) {
      const neededBytes = endSeq - startSeq + bytes.length
      if (neededBytes > ring.length && ring.length < capacityBytes) grow(neededBytes)
      const last = bytes.subarray(Math.max(0, bytes.length - ring.length))
      place(endSeq + bytes.length - last.length, last)
      endSeq += bytes.length
      startSeq = Math.max(startSeq, endSeq - ring.length)
    },
    read(fromSeq, maxBytes) {
      const seq = Math.min(Math.max(fromSeq, startSeq), endSeq)
      return { seq, bytes: copyOut(seq, Math.min(maxBytes, endSeq - seq)) }
    },
  }
}
