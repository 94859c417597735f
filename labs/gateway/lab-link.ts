// One browser's two connections to one lab: a watching one in the page's language, a working one for everything else. Used by gateway.ts.

import { type LabClient, lostLab, type Sessions } from '../sessions/sessions.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import type { Locale } from '../spec/scenario.ts'
import type { ServerEvents } from '../spec/socket.ts'
import { createOutputBatch, type OutputBatch } from './output-batch.ts'
import { sayError, saySnapshot } from './translate.ts'

export type Emit = <E extends keyof ServerEvents>(event: E, ...payload: Parameters<ServerEvents[E]>) => void

export interface LabLink {
  watch(locale: Locale): Promise<LabSnapshot>
  unwatch(): void
  /** The connection for requests; opened when it is first needed, and again when it was lost. */
  work(): Promise<LabClient>
  /** Output that is held for this terminal is dropped: the page has left it. */
  forget(terminalId: string): void
  close(): void
}

export function createLabLink(sessions: Sessions, labId: string, learner: string, emit: Emit): LabLink {
  const batches = new Map<string, OutputBatch>()
  let working: Promise<LabClient> | undefined
  let watching: LabClient | undefined
  let closed = false

  function batchOf(terminalId: string): OutputBatch {
    let batch = batches.get(terminalId)
    if (!batch) {
      batch = createOutputBatch((seq, data) => emit('term.output', { labId, terminalId, seq, data }))
      batches.set(terminalId, batch)
    }
    return batch
  }

  async function openWork(): Promise<LabClient> {
    const client = await sessions.connect(labId, { learner, locale: 'en' })
    if (closed) {
      client.close()
      throw new LabError('connection-lost', 'The page has left.')
    }
    client.onPush((message, tail) => {
      // the tail is a part of the socket's buffer, which the batch outlives: that is fine, frames are never overwritten
      if (message.op === 'output') batchOf(message.terminalId).add(message.seq, tail)
      else if (message.op === 'map') emit('map', { labId, map: message.map })
      else if (message.op === 'map.traffic') emit('map.traffic', { labId, traffic: message.traffic })
      else if (message.op === 'terminal.exit') {
        batches.get(message.terminalId)?.flush()
        emit('term.exit', { labId, terminalId: message.terminalId, code: message.code })
      }
    })
    void client.closed.then(() => {
      working = undefined
    })
    return client
  }

  function work(): Promise<LabClient> {
    working ??= openWork().catch((error) => {
      working = undefined
      throw error
    })
    return working
  }

  function unwatch(): void {
    const client = watching
    watching = undefined
    client?.close()
  }

  async function watch(locale: Locale): Promise<LabSnapshot> {
    unwatch()
    const client = await sessions.connect(labId, { learner, locale })
    if (closed) {
      client.close()
      throw new LabError('connection-lost', 'The page has left.')
    }
    watching = client
    let last: LabSnapshot | undefined
    client.onPush((message) => {
      if (message.op !== 'snapshot' || watching !== client) return
      last = message.snapshot
      emit('lab.snapshot', saySnapshot(message.snapshot, locale))
    })
    void client.closed.then(() => {
      if (watching !== client) return // the page has stopped watching
      watching = undefined
      emit('lab.gone', { labId, error: sayError(whyGone(last), locale) })
    })
    return saySnapshot(await client.request({ op: 'subscribe' }), locale)
  }

  return {
    watch,
    unwatch,
    work,
    forget(terminalId) {
      batches.get(terminalId)?.stop()
      batches.delete(terminalId)
    },
    close() {
      closed = true
      unwatch()
      void working?.then(
        (client) => client.close(),
        () => {},
      ) // a connection that never came needs no closing
      for (const batch of batches.values()) batch.stop()
    },
  }
}

function whyGone(last: LabSnapshot | undefined): Parameters<ServerEvents['lab.gone']>[0]['error'] {
  if (last?.failure) return { code: last.failure.code, message: last.failure.message, hint: last.failure.hint }
  if (last?.state === 'stopped' || last?.state === 'stopping') return { code: 'lab-state', message: 'The lab was stopped.' }
  return toErrorBody(lostLab(last))
}
