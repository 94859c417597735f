// Reads a lab's event log from a byte on. Used by sessions.ts and reaper.ts.
import { closeSync, openSync, readSync } from 'node:fs'
import { eventsFile } from '../labd/client.ts'
import { type LabEvent, type LabState, labEvent } from '../spec/lab.ts'

export interface EventChunk {
  events: LabEvent[]
  /** the byte after the last whole line */
  toByte: number
}

/** Whole lines only: labd may be writing the next one. Lines of another build that are not understood are left out. */
export function readEvents(folder: string, fromByte: number): EventChunk {
  let fd: number
  try {
    fd = openSync(eventsFile(folder), 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { events: [], toByte: fromByte }
    throw error
  }
  try {
    const parts: Buffer[] = []
    for (let at = fromByte; ; ) {
      const part = Buffer.alloc(64 << 10)
      const length = readSync(fd, part, 0, part.length, at)
      if (length === 0) break
      parts.push(part.subarray(0, length))
      at += length
    }
    const bytes = Buffer.concat(parts)
    const end = bytes.lastIndexOf(0x0a) + 1
    const lines = bytes.toString('utf8', 0, end).split('\n').filter(Boolean)
    return { events: lines.flatMap(parseLine), toByte: fromByte + end }
  } finally {
    closeSync(fd)
  }
}

function parseLine(line: string): LabEvent[] {
  try {
    const parsed = labEvent.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch {
    return [] // half a line, written as the machine went down
  }
}

/** The state the events have led to, without asking the lab. */
export function stateAfter(events: readonly LabEvent[]): LabState {
  let state: LabState = 'starting'
  for (const event of events) {
    if (event.type === 'started') state = 'healthy'
    else if (event.type === 'broken' || event.type === 'solved') state = event.type
    else if (event.type === 'reset' && state !== 'healthy') state = 'broken'
    else if (event.type === 'stopping') state = 'stopping'
    else if (event.type === 'ended') state = event.reason === 'failed' ? 'failed' : 'stopped'
  }
  return state
}
