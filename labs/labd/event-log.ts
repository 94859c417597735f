// A lab's event log, events.jsonl: one labEvent per line, appended. labd writes it; sessions fold it into the store.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { LabEvent } from '../spec/lab.ts'

type WithoutTime<E> = E extends LabEvent ? Omit<E, 'at'> & { at?: number } : never

export interface EventLog {
  /** Appends one event; `at` defaults to now. A whole line in one write: a reader never sees half of one that is followed by another. */
  append(event: WithoutTime<LabEvent>): void
  close(): void
}

export function createEventLog(file: string, now: () => number): EventLog {
  const fd = openSync(file, 'a', 0o600)
  return {
    append(event) {
      writeSync(fd, `${JSON.stringify({ ...event, at: event.at ?? now() })}\n`)
    },
    close: () => closeSync(fd),
  }
}
