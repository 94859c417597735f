// Takes the marks `ESC ] 633 ; D ; <exit> ; <command> BEL` that a lab's bash prints after each command out of a terminal's output.
// The shape is VS Code's shell integration (OSC 633); in <command> `\` is `\\`, and `;` and control characters are `\xHH`. Used by terminal.ts.

const intro = Buffer.from('\x1b]633;D;')
const maxMarkBytes = 16 << 10
const maxCommandLength = 2000

export interface CommandMark {
  command: string
  exitCode: number
}

export interface CommandMarks {
  /** Returns the output without the marks; calls back for each mark. A mark split over chunks is held back until it is whole. */
  feed(bytes: Buffer): Buffer
}

function decodeCommand(text: string): string {
  return text.replace(/\\(\\|x([0-9a-fA-F]{2}))/g, (_, what, hex) => (what === '\\' ? '\\' : String.fromCharCode(Number.parseInt(hex, 16))))
}

function parseMark(body: string): CommandMark | undefined {
  const m = /^(\d{1,3});?([\s\S]*)$/.exec(body)
  const command = m ? decodeCommand(m[2] as string).trim() : ''
  return m && command ? { exitCode: Number(m[1]), command: command.slice(0, maxCommandLength) } : undefined
}

/** Length of the longest beginning of `intro` that ends the buffer. */
function partialIntro(bytes: Buffer): number {
  for (let length = Math.min(intro.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(intro.subarray(0, length))) return length
  }
  return 0
}

/** End of an OSC string: BEL, or ESC \ ; undefined when it is not there yet. */
function findEnd(bytes: Buffer, from: number): { at: number; length: number } | undefined {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === 0x07) return { at: i, length: 1 }
    if (bytes[i] === 0x1b && bytes[i + 1] === 0x5c) return { at: i, length: 2 }
  }
  return undefined
}

export function createCommandMarks(onMark: (mark: CommandMark) => void): CommandMarks {
  let held: Buffer = Buffer.alloc(0)
  return {
    feed(chunk) {
      let bytes = held.length ? Buffer.concat([held, chunk]) : chunk
      held = Buffer.alloc(0)
      const out: Buffer[] = []
      for (;;) {
        const start = bytes.indexOf(intro)
        if (start < 0) {
          const keep = partialIntro(bytes)
          held = Buffer.from(bytes.subarray(bytes.length - keep))
          out.push(bytes.subarray(0, bytes.length - keep))
          break
        }
        const end = findEnd(bytes, start + intro.length)
        if (!end && bytes.length - start < maxMarkBytes) {
          held = Buffer.from(bytes.subarray(start))
          out.push(bytes.subarray(0, start))
          break
        }
        // a mark that never ends is not ours: let it through
        const bodyStart = start + intro.length
        out.push(bytes.subarray(0, end ? start : bodyStart))
        const mark = end && parseMark(bytes.toString('utf8', bodyStart, end.at))
        if (mark) onMark(mark)
        bytes = bytes.subarray(end ? end.at + end.length : bodyStart)
      }
      return out.length === 1 ? (out[0] as Buffer) : Buffer.concat(out)
    },
  }
}
