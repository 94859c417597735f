// labd's end of the stream to an embedded cluster's control plane. Used by runtime.ts; the other end is labs/cluster/control/channel.ts.
import type { Duplex } from 'node:stream'
import type { ControlMessage, ControlOperation, ControlOperations, ControlStep } from '../../cluster/control/protocol.ts'
import { LabError } from '../../spec/errors.ts'
import { createFrameDecoder, encodeFrame } from '../../system/framing.ts'

export interface ControlClient {
  /** Throws the LabError that the control plane answered, or connection-lost when it is gone, or the signal's reason. */
  call<O extends ControlOperation>(op: O, body: ControlOperations[O]['takes'], signal?: AbortSignal): Promise<ControlOperations[O]['gives']>
  close(): void
}
export interface ControlClientOptions {
  onStep(step: ControlStep, state: 'running' | 'done'): void
  /** the control plane said that it cannot go on */
  onFailed(reason: string): void
  /** its stream ended without a word: something else knows why */
  onLost(reason: string): void
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export function createControlClient(stream: Duplex, { onStep, onFailed, onLost }: ControlClientOptions): ControlClient {
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let lost: string | undefined

  const lose = (reason: string, tell = onLost) => {
    if (lost !== undefined) return
    lost = reason
    for (const { reject } of waiting.values()) reject(new LabError('connection-lost', `The cluster's control plane is gone: ${reason}`))
    waiting.clear()
    tell(reason)
  }
  const onMessage = (message: ControlMessage) => {
    if ('step' in message) return onStep(message.step as ControlStep, message.state)
    if ('failed' in message) return lose(message.failed, onFailed)
    const request = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.ok) request?.resolve(message.value)
    else request?.reject(new LabError(message.error.code, message.error.message, message.error.hint ? { hint: message.error.hint } : {}))
  }
  stream.on(
    'data',
    createFrameDecoder((message) => onMessage(message as ControlMessage)),
  )
  stream.on('error', (error) => lose(error.message))
  stream.on('close', () => lose('its stream ended'))

  return {
    call(op, body, signal) {
      return new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(new LabError('connection-lost', `The cluster's control plane is gone: ${lost}`))
        if (signal?.aborted) return reject(signal.reason)
        const id = nextId++
        const onAbort = () => {
          waiting.delete(id)
          stream.write(encodeFrame({ cancel: id }))
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        const settle = <T>(then: (value: T) => void) => {
          return (value: T) => {
            signal?.removeEventListener('abort', onAbort)
            then(value)
          }
        }
        waiting.set(id, { resolve: settle(resolve as (value: unknown) => void), reject: settle(reject) })
        stream.write(encodeFrame({ id, op, body }))
      })
    },
    close() {
      lose('it was closed')
      stream.destroy()
    },
  }
}
