// The control plane's end of the stream to labd: decodes requests, answers each once, reports steps. Made by main.ts.
import type { Duplex } from 'node:stream'
import { toErrorBody } from '../../spec/errors.ts'
import { createFrameDecoder, encodeFrame } from '../../system/framing.ts'
import { type ControlMessage, type ControlOperation, type ControlOperations, type ControlStep, controlRequest } from './protocol.ts'

export type ControlHandlers = {
  [O in ControlOperation]: (
    body: ControlOperations[O]['takes'],
    signal: AbortSignal,
  ) => Promise<ControlOperations[O]['gives']> | ControlOperations[O]['gives']
}
export interface ControlChannel {
  step(step: ControlStep, state: 'running' | 'done'): void
  /** The control plane cannot go on. */
  failed(message: string): void
}

export function openControlChannel(stream: Duplex, handlers: ControlHandlers): ControlChannel {
  const open = new Map<number, AbortController>()
  const send = (message: ControlMessage) => stream.write(encodeFrame(message))

  async function answer(id: number, op: ControlOperation, body: unknown): Promise<void> {
    const abort = new AbortController()
    open.set(id, abort)
    try {
      // the bodies are made by control-client.ts of the same build, whose types are these
      const handler = handlers[op] as (body: unknown, signal: AbortSignal) => unknown
      send({ id, ok: true, value: (await handler(body, abort.signal)) ?? null })
    } catch (error) {
      send({ id, ok: false, error: toErrorBody(error) })
    } finally {
      open.delete(id)
    }
  }

  stream.on(
    'data',
    createFrameDecoder((message) => {
      const request = controlRequest.parse(message)
      if ('cancel' in request) open.get(request.cancel)?.abort()
      else void answer(request.id, request.op, request.body)
    }),
  )
  return {
    step: (step, state) => send({ step, state }),
    failed: (message) => send({ failed: message }),
  }
}
